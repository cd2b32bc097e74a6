import Anthropic, { type APIError } from '@anthropic-ai/sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Control, control } from '../../test/control.ts';
import { type OAuthUser, oauthUser } from '../../test/oauth-user.ts';
import type { Sandbox } from '../sandbox.ts';
import { startSandbox } from '../start-sandbox.ts';

let sandbox: Sandbox;
let user: OAuthUser;
let trouble: Control;
let byKey: Anthropic;

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, host: '127.0.0.1', accessTokenSeconds: 3600, paceMs: 0 });
  user = await oauthUser(sandbox);
  trouble = control(sandbox);
  byKey = client({ apiKey: sandbox.apiKey });
});
beforeEach(async () => {
  await trouble.post('reset', {});
});
afterAll(() => sandbox.close());

function client(credential: { readonly apiKey?: string; readonly authToken?: string }): Anthropic {
  return new Anthropic({
    baseURL: sandbox.apiBaseUrl,
    apiKey: credential.apiKey ?? null,
    authToken: credential.authToken ?? null,
    maxRetries: 0,
  });
}

async function byToken(): Promise<Anthropic> {
  return client({ authToken: (await user.signIn()).access_token });
}

const asked = (content: string, more: Partial<Anthropic.MessageCreateParamsNonStreaming> = {}) => ({
  model: 'claude-opus-5-5',
  max_tokens: 20_000,
  messages: [{ role: 'user' as const, content }],
  ...more,
});

async function refusalOf(call: Promise<unknown>): Promise<APIError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Anthropic.APIError) return error;
    throw error;
  }
  throw new Error('the call was answered');
}

function textOf({ content }: Anthropic.Message): string {
  return content.map((block) => (block.type === 'text' ? block.text : '')).join('');
}

describe('the Messages API, asked by the official client', () => {
  it('answers a message whole and streamed alike, with the same usage', async () => {
    const whole = await byKey.messages.create(asked('How are doors made?'));
    const streamed = await byKey.messages.stream(asked('How are doors made?')).finalMessage();
    expect(textOf(whole)).toContain('You asked: “How are doors made?”');
    expect(streamed.content).toEqual(whole.content);
    expect(streamed.usage).toMatchObject({
      input_tokens: whole.usage.input_tokens,
      output_tokens: whole.usage.output_tokens,
    });
    expect(whole).toMatchObject({ role: 'assistant', stop_reason: 'end_turn', stop_sequence: null });
  });

  it('streams the documented events in the documented order', async () => {
    const types: string[] = [];
    for await (const event of await byKey.messages.create({ ...asked('hi'), stream: true }))
      types.push(event.type);
    const once = types.filter((type, at) => type !== types[at - 1]);
    expect(once).toEqual([
      'message_start',
      'content_block_start',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
  });

  it('asks for a tool with a whole input, and quotes its result at the end', async () => {
    const tools: Anthropic.Tool[] = [{ name: 'Bash', input_schema: { type: 'object' } }];
    const first = await byKey.messages.stream(asked('run `uname -a`', { tools })).finalMessage();
    const call = first.content.find((block) => block.type === 'tool_use');
    expect(first.stop_reason).toBe('tool_use');
    expect(call).toMatchObject({ name: 'Bash', input: { command: 'uname -a' } });
    const second = await byKey.messages.create({
      ...asked('run `uname -a`', { tools }),
      messages: [
        { role: 'user', content: 'run `uname -a`' },
        { role: 'assistant', content: first.content },
        {
          role: 'user',
          content: [{ type: 'tool_result', tool_use_id: call?.id ?? '', content: 'Linux 6.18' }],
        },
      ],
    });
    expect(second.stop_reason).toBe('end_turn');
    expect(textOf(second)).toContain('Linux 6.18');
  });

  it('thinks where thinking is asked for, with a signature', async () => {
    const message = await byKey.messages
      .stream(asked('think about doors', { thinking: { type: 'adaptive' } }))
      .finalMessage();
    expect(message.content[0]).toMatchObject({
      type: 'thinking',
      thinking: expect.stringContaining('think about doors'),
      signature: expect.stringMatching(/./),
    });
    const plain = await byKey.messages.create(asked('think about doors'));
    expect(plain.content.map(({ type }) => type)).toEqual(['text']);
  });

  it('fits an answer into a JSON schema', async () => {
    const message = await byKey.messages.create(
      asked('A title, please', {
        output_config: {
          format: {
            type: 'json_schema',
            schema: { type: 'object', properties: { title: { type: 'string' } }, required: ['title'] },
          },
        },
      }),
    );
    expect(JSON.parse(textOf(message))).toEqual({ title: 'A title, please' });
  });

  it('stops at max_tokens and at a stop sequence', async () => {
    const short = await byKey.messages.create(asked('a long answer', { max_tokens: 5 }));
    expect(short).toMatchObject({ stop_reason: 'max_tokens', usage: { output_tokens: 5 } });
    const stopped = await byKey.messages.create(asked('hello', { stop_sequences: ['short answer'] }));
    expect(stopped).toMatchObject({ stop_reason: 'stop_sequence', stop_sequence: 'short answer' });
    expect(textOf(stopped).endsWith('Here is a ')).toBe(true);
  });

  it('writes a long answer in many paragraphs, and code in a fence', async () => {
    expect(textOf(await byKey.messages.create(asked('a long answer'))).split('\n\n').length).toBeGreaterThan(
      30,
    );
    expect(textOf(await byKey.messages.create(asked('show some code')))).toContain('```ts');
  });

  it('counts tokens as it bills them', async () => {
    const { input_tokens } = await byKey.messages.countTokens({
      model: 'claude-opus-5-5',
      messages: [{ role: 'user', content: 'hello' }],
    });
    const message = await byKey.messages.create(asked('hello'));
    expect(message.usage.input_tokens).toBe(input_tokens);
  });

  it('lists its models page by page, and finds one', async () => {
    const ids: string[] = [];
    for await (const { id } of byKey.models.list({ limit: 1 })) ids.push(id);
    expect(ids.length).toBeGreaterThan(2);
    expect(new Set(ids).size).toBe(ids.length);
    expect(await byKey.models.retrieve(ids[0] ?? '')).toMatchObject({ type: 'model', id: ids[0] });
  });

  it('says in documented words what is wrong with a request', async () => {
    const unknown = await refusalOf(byKey.messages.create(asked('x', { model: 'gpt-7' })));
    expect(unknown).toMatchObject({ status: 404, type: 'not_found_error' });
    const empty = await refusalOf(byKey.messages.create({ ...asked('x'), messages: [] }));
    expect(empty).toMatchObject({ status: 400, type: 'invalid_request_error' });
    expect(empty.requestID).toMatch(/^req_/);
    expect(empty.error).toMatchObject({ type: 'error', request_id: empty.requestID });
    const path = await fetch(`${sandbox.apiBaseUrl}/v1/nothing`);
    expect([path.status, await path.json()]).toEqual([404, expect.objectContaining({ type: 'error' })]);
    const garbage = await fetch(`${sandbox.apiBaseUrl}/v1/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': sandbox.apiKey },
      body: '{',
    });
    expect([garbage.status, await garbage.json()]).toEqual([400, expect.objectContaining({ type: 'error' })]);
  });
});

describe('credentials at the Messages API', () => {
  it('takes a token of its own authorization server, and shows what the plan has left', async () => {
    const { response: first } = await (await byToken()).messages.create(asked('hello')).withResponse();
    const { response: second } = await (await byToken()).messages.create(asked('hello')).withResponse();
    expect(first.headers.get('anthropic-ratelimit-unified-status')).toBe('allowed');
    const used = (response: Response, window: string) =>
      Number(response.headers.get(`anthropic-ratelimit-unified-${window}-utilization`));
    for (const window of ['5h', '7d']) expect(used(second, window)).toBeGreaterThan(used(first, window));
    const reset = Number(first.headers.get('anthropic-ratelimit-unified-5h-reset'));
    expect(Math.abs(reset - Date.now() / 1000 - 5 * 3600)).toBeLessThan(60);
    expect(first.headers.get('anthropic-ratelimit-requests-limit')).toBeNull();
  });

  it('takes a key, its own or one that was added, with the headers of a key', async () => {
    const added = 'sk-ant-api03-another-key-for-tests';
    expect((await refusalOf(client({ apiKey: added }).models.list())).status).toBe(401);
    await trouble.post('key', { key: added });
    const { response } = await client({ apiKey: added }).messages.create(asked('hi')).withResponse();
    expect(response.headers.get('anthropic-ratelimit-requests-remaining')).toBe('3999');
    expect(response.headers.get('anthropic-ratelimit-unified-status')).toBeNull();
  });

  it('refuses none, both, unknown ones, and a token without the scope', async () => {
    const narrow = await user.signIn({ scope: 'user:profile' });
    const call = async (headers: Record<string, string>) => {
      const response = await fetch(`${sandbox.apiBaseUrl}/v1/models`, { headers });
      const { error } = (await response.json()) as { error: { type: string } };
      return [response.status, error.type, response.headers.get('www-authenticate')];
    };
    expect(await call({})).toEqual([401, 'authentication_error', null]);
    expect(await call({ authorization: 'Bearer x', 'x-api-key': sandbox.apiKey })).toEqual([
      400,
      'invalid_request_error',
      null,
    ]);
    expect(await call({ authorization: 'Bearer unknown' })).toEqual([
      401,
      'authentication_error',
      expect.stringContaining('Bearer realm="sandbox", error="invalid_token"'),
    ]);
    expect(await call({ 'x-api-key': 'sk-ant-api03-unknown-unknown' })).toEqual([
      401,
      'authentication_error',
      null,
    ]);
    expect(await call({ authorization: `Bearer ${narrow.access_token}` })).toEqual([
      403,
      'permission_error',
      expect.stringContaining('insufficient_scope'),
    ]);
  });

  it('knows an expired token from a good one; a refreshed one works', async () => {
    const tokens = await user.signIn();
    await trouble.post('expire', {});
    const refused = await refusalOf(client({ authToken: tokens.access_token }).models.list());
    expect(refused).toMatchObject({ status: 401, type: 'authentication_error' });
    expect(refused.message).toContain('OAuth token has expired');
    const fresh = await user.refresh(tokens.refresh_token ?? '');
    expect((await client({ authToken: fresh.access_token }).models.list()).data.length).toBeGreaterThan(0);
  });

  it('lets a token expire by the clock', async () => {
    const brief = await startSandbox({ port: 0, host: '127.0.0.1', accessTokenSeconds: 1 });
    const { access_token } = await (await oauthUser(brief)).signIn();
    const status = async () =>
      (
        await fetch(`${brief.apiBaseUrl}/v1/models`, {
          headers: { authorization: `Bearer ${access_token}` },
        })
      ).status;
    await expect.poll(status, { timeout: 3000 }).toBe(401);
    await brief.close();
  });

  it('answers 403 for a consent that was withdrawn, and its refresh token is invalid', async () => {
    const tokens = await user.signIn();
    await trouble.post('revoke', {});
    const refused = await refusalOf(client({ authToken: tokens.access_token }).models.list());
    expect(refused).toMatchObject({ status: 403, type: 'permission_error' });
    expect(refused.message).toContain('OAuth token has been revoked');
    expect(JSON.parse((await user.rawRefresh(tokens.refresh_token ?? '')).body)).toHaveProperty(
      'error',
      'invalid_grant',
    );
    expect((await trouble.requests()).familiesEnded['consent_withdrawn']).toBeGreaterThan(0);
  });
});
