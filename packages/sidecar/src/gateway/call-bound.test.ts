import { describe, expect, it } from 'vitest';
import { readCallBound } from './call-bound.ts';

const base = { model: 'claude-sonnet-5-5', max_tokens: 4096, messages: [{ role: 'user', content: 'Hello' }] };
const boundOf = (request: Readonly<Record<string, unknown>>) =>
  readCallBound(Buffer.from(JSON.stringify({ ...base, ...request }))).bound;
const content = (...blocks: unknown[]) => ({ messages: [{ role: 'user', content: blocks }] });
const base64 = (type: string, media: string, bytes: number) => ({
  type,
  source: { type: 'base64', media_type: media, data: 'A'.repeat(bytes) },
});

describe('what a request may use at most', () => {
  it('is a token for each byte of it, what the service adds, and as many as it asks for', () => {
    const body = Buffer.from(JSON.stringify(base));
    expect(readCallBound(body)).toEqual({
      model: 'claude-sonnet-5-5',
      namesPayer: false,
      bound: {
        models: ['claude-sonnet-5-5'],
        inputTokens: body.length + 2000,
        caching: 'none',
        outputTokens: 4096,
        serverToolUses: 0,
        webSearches: 0,
        isFast: false,
        isUsOnly: false,
      },
    });
  });

  it('is more for every language, since each character is at least a byte', () => {
    const asked = boundOf({ messages: [{ role: 'user', content: '漢字'.repeat(500) }] });
    expect(asked.inputTokens).toBeGreaterThanOrEqual(3000);
  });

  it('is dearer where the prompt may be kept, dearest for an hour', () => {
    const text = (control: unknown) => content({ type: 'text', text: 'Hello', cache_control: control });
    expect(boundOf(text({ type: 'ephemeral' })).caching).toBe('5m');
    expect(boundOf(text({ type: 'ephemeral', ttl: '1h' })).caching).toBe('1h');
  });

  it('counts a picture as one and a PDF by its pages, wherever they stand', () => {
    const picture = base64('image', 'image/png', 400_000);
    expect(boundOf(content(picture)).inputTokens).toBeLessThan(8_000);
    const inResult = { type: 'tool_result', tool_use_id: 't', content: [picture] };
    expect(boundOf(content(inResult)).inputTokens).toBeLessThan(8_000);
    expect(boundOf(content(base64('document', 'application/pdf', 20_000))).inputTokens).toBeGreaterThan(
      150_000,
    );
    const tiny = boundOf(content(...Array.from({ length: 20 }, () => base64('image', 'image/png', 90))));
    expect(tiny.inputTokens).toBeGreaterThan(100_000);
  });

  it.each([
    ['a file', content({ type: 'document', source: { type: 'file', file_id: 'f' } })],
    ['an address', content({ type: 'document', source: { type: 'url', url: 'https://example.com' } })],
    ['a conversation that the service keeps', { thread: { type: 'continue' } }],
  ])('is as much as a model reads for %s', (_name, request) => {
    expect(boundOf(request).inputTokens).toBeGreaterThan(1_000_000);
  });

  it('counts every use of a tool that the service runs, and every model that may answer', () => {
    const search = { type: 'web_search_20260318', name: 'web_search', max_uses: 8 };
    const own = { name: 'Write', input_schema: {} };
    expect(boundOf({ tools: [search, own] })).toMatchObject({ serverToolUses: 8, webSearches: 8 });
    expect(boundOf({ tools: [{ ...search, max_uses: undefined }] })).toMatchObject({ webSearches: 10 });
    expect(boundOf({ tools: [own, { type: 'bash_20250124', name: 'bash' }] }).serverToolUses).toBe(0);
    expect(boundOf({ mcp_servers: [{ url: 'https://example.com' }] }).serverToolUses).toBe(10);
    const advisor = { type: 'advisor_20260301', name: 'advisor', model: 'claude-opus-5' };
    const asked = boundOf({ tools: [advisor], fallbacks: [{ model: 'claude-fable-5' }] });
    expect(asked.models).toEqual(['claude-sonnet-5-5', 'claude-fable-5', 'claude-opus-5']);
    const compact = { context_management: { edits: [{ type: 'compact_20260112' }] } };
    expect(boundOf(compact).serverToolUses).toBe(1);
  });

  it('is dearer for what is fast or bound to a place', () => {
    expect(boundOf({ speed: 'fast', inference_geo: 'us' })).toMatchObject({ isFast: true, isUsOnly: true });
    expect(boundOf({ speed: 'standard', inference_geo: 'global' })).toMatchObject({
      isFast: false,
      isUsOnly: false,
    });
  });

  it.each(['', '[', 'null', '"text"', '7', '{"max_tokens":'])('is the most there is for %j', (text) => {
    const { model, bound } = readCallBound(Buffer.from(text));
    expect([model, bound.models, bound.outputTokens, bound.isFast]).toEqual([null, [], null, true]);
    expect(bound.inputTokens).toBeGreaterThan(1_000_000);
  });

  it.each([{ max_tokens: '5' }, { max_tokens: -1 }, { max_tokens: null }])(
    'lets no figure that cannot be make it less: %j',
    (request) => expect(boundOf(request).outputTokens).toBeNull(),
  );
});
