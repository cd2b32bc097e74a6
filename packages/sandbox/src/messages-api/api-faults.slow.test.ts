import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Control, control } from '../../test/control.ts';
import { oauthUser } from '../../test/oauth-user.ts';
import type { Sandbox } from '../sandbox.ts';
import { startSandbox } from '../start-sandbox.ts';

let sandbox: Sandbox;
let trouble: Control;
let token: string;

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, host: '127.0.0.1', accessTokenSeconds: 3600, paceMs: 0 });
  trouble = control(sandbox);
  token = (await (await oauthUser(sandbox)).signIn()).access_token;
});
beforeEach(async () => {
  await trouble.post('reset', {});
});
afterAll(() => sandbox.close());

const script = (fault: Readonly<Record<string, unknown>>) =>
  trouble.post('faults', { on: 'messages', ...fault });

function ask(credential: 'oauth' | 'api_key' = 'oauth', stream = true, prompt = 'hello'): Promise<Response> {
  return fetch(`${sandbox.apiBaseUrl}/v1/messages?beta=true`, {
    method: 'POST',
    redirect: 'manual',
    headers: {
      'content-type': 'application/json',
      'anthropic-beta': 'oauth-2025-04-20, other',
      ...(credential === 'oauth' ? { authorization: `Bearer ${token}` } : { 'x-api-key': sandbox.apiKey }),
    },
    body: JSON.stringify({
      model: 'claude-opus-5-5',
      max_tokens: 20_000,
      stream,
      messages: [{ role: 'user', content: prompt }],
    }),
  });
}

async function errorOf(response: Response): Promise<readonly [number, string, string]> {
  const { error } = (await response.json()) as { error: { type: string; message: string } };
  return [response.status, error.type, error.message];
}

describe('scripted trouble at the Messages API', () => {
  it.each([
    [{ status: 401 }, 401, 'authentication_error', 'Invalid bearer token'],
    [{ reason: 'token_expired' }, 401, 'authentication_error', 'OAuth token has expired'],
    [{ status: 403 }, 403, 'permission_error', 'OAuth token has been revoked'],
    [{ reason: 'insufficient_scope' }, 403, 'permission_error', 'does not meet scope requirement'],
    [{ reason: 'organization_not_allowed' }, 403, 'permission_error', 'not allowed for this organization'],
    [{ reason: 'oauth_not_supported' }, 401, 'authentication_error', 'currently not supported'],
    [{ reason: 'model_not_allowed' }, 403, 'permission_error', 'access to this model'],
    [{ status: 400 }, 400, 'invalid_request_error', 'only authorized for use with Claude Code'],
    [{ reason: 'invalid_request' }, 400, 'invalid_request_error', 'could not be understood'],
    [{ reason: 'billing' }, 400, 'invalid_request_error', 'credit balance is too low'],
    [{ status: 402 }, 402, 'billing_error', 'Extra usage'],
    [{ status: 429 }, 429, 'rate_limit_error', 'rate limit'],
    [{ status: 500 }, 500, 'api_error', 'Internal server error'],
    [{ status: 503 }, 503, 'api_error', '503'],
    [{ status: 529 }, 529, 'overloaded_error', 'Overloaded'],
  ])('status %j answers %i %s, once', async (fault, status, type, message) => {
    await script({ kind: 'status', ...fault });
    expect(await errorOf(await ask())).toEqual([status, type, expect.stringContaining(message)]);
    expect((await ask()).status).toBe(200);
  });

  it('bare answers with no body, and a key hears of a bad key', async () => {
    await script({ kind: 'status', reason: 'bare', status: 403 });
    const bare = await ask();
    expect([bare.status, await bare.text()]).toEqual([403, '']);
    await script({ kind: 'status', status: 401 });
    expect(await errorOf(await ask('api_key'))).toEqual([401, 'authentication_error', 'invalid x-api-key']);
  });

  it('tells a used-up plan from a throttle by its headers', async () => {
    await script({ kind: 'status', reason: 'usage_limit' });
    await script({ kind: 'status', reason: 'rate_limited' });
    const plan = await ask();
    expect(plan.status).toBe(429);
    expect(plan.headers.get('anthropic-ratelimit-unified-status')).toBe('rejected');
    expect(plan.headers.get('anthropic-ratelimit-unified-representative-claim')).toBe('five_hour');
    const throttle = await ask();
    expect(throttle.headers.get('anthropic-ratelimit-unified-status')).toBeNull();
    expect(throttle.headers.get('retry-after')).toBe('5');
  });

  it('credential picks the calls that meet it', async () => {
    await script({ kind: 'status', status: 500, credential: 'oauth' });
    expect((await ask('api_key')).status).toBe(200);
    expect((await ask('oauth')).status).toBe(500);
  });

  it('html, not_json, redirect and oversize answer what they say; reset answers nothing', async () => {
    await script({ kind: 'html', status: 403 });
    expect((await ask()).headers.get('content-type')).toContain('text/html');
    await script({ kind: 'not_json' });
    await expect((await ask()).json()).rejects.toThrow();
    await script({ kind: 'redirect', location: 'http://127.0.0.1:9/x' });
    expect((await ask()).headers.get('location')).toBe('http://127.0.0.1:9/x');
    await script({ kind: 'oversize' });
    expect((await (await ask()).text()).length).toBeGreaterThan(2 * 1024 * 1024);
    await script({ kind: 'reset' });
    await expect(ask()).rejects.toThrow();
  });

  it('reset_mid_stream breaks off after the deltas it was told', async () => {
    await script({ kind: 'reset_mid_stream', afterDeltas: 3 });
    const response = await ask();
    let received = '';
    const reading = async () => {
      for await (const chunk of response.body ?? []) received += Buffer.from(chunk).toString();
    };
    await expect(reading()).rejects.toThrow();
    expect(received.split('text_delta').length - 1).toBe(3);
  });

  it('garbage and error_mid_stream end the stream without message_stop', async () => {
    await script({ kind: 'garbage_mid_stream' });
    const garbage = await (await ask()).text();
    expect(garbage).toContain('text_delta');
    expect(garbage).not.toContain('message_stop');
    await script({ kind: 'error_mid_stream' });
    const error = await (await ask()).text();
    expect(error).toContain('event: error\ndata: {"type":"error","error":{"type":"overloaded_error"');
    expect(error).not.toContain('message_stop');
  });

  it('stall_mid_stream goes silent after the first delta', async () => {
    await script({ kind: 'stall_mid_stream' });
    const response = await ask();
    const reader = response.body?.getReader();
    let received = '';
    while (!received.includes('text_delta'))
      received += Buffer.from((await reader?.read())?.value ?? '').toString();
    const more = await Promise.race([
      reader?.read(),
      new Promise((resolve) => setTimeout(resolve, 80, 'silent')),
    ]);
    expect(more).toBe('silent');
    await reader?.cancel();
  });

  it('slow_stream takes its time between deltas', async () => {
    await script({ kind: 'slow_stream', delayMs: 20 });
    const start = performance.now();
    const text = await (await ask()).text();
    const deltas = text.split('text_delta').length - 1;
    expect(performance.now() - start).toBeGreaterThan((deltas - 1) * 18);
    expect(text).toContain('message_stop');
  });

  it('an answer that is not streamed breaks half-way; reset_after_processing counts what it used', async () => {
    await script({ kind: 'reset_mid_stream' });
    await expect(ask('oauth', false).then((response) => response.text())).rejects.toThrow();
    const used = async () => Number((await ask()).headers.get('anthropic-ratelimit-unified-5h-utilization'));
    const once = await used();
    await script({ kind: 'reset_after_processing' });
    await expect(ask()).rejects.toThrow();
    expect(await used()).toBeGreaterThan(once * 1.8);
  });

  it('notices a client that leaves in the middle', async () => {
    const slow = await startSandbox({ port: 0, host: '127.0.0.1', accessTokenSeconds: 60, paceMs: 20 });
    const abort = new AbortController();
    const response = await fetch(`${slow.apiBaseUrl}/v1/messages`, {
      method: 'POST',
      signal: abort.signal,
      headers: { 'content-type': 'application/json', 'x-api-key': slow.apiKey },
      body: JSON.stringify({
        model: 'claude-opus-5-5',
        max_tokens: 20_000,
        stream: true,
        messages: [{ role: 'user', content: 'a long answer' }],
      }),
    });
    await response.body?.getReader().read();
    abort.abort();
    await expect
      .poll(async () => (await control(slow).requests()).counts['messages'], { timeout: 2000 })
      .toEqual({ aborted: 1 });
    await slow.close();
  });

  it('logs the endpoint, credential, beta headers, fault and outcome of each call', async () => {
    await script({ kind: 'status', status: 529 });
    await ask();
    const { log, counts } = await trouble.requests();
    expect(log[0]).toMatchObject({
      endpoint: 'messages',
      path: '/v1/messages',
      credential: { kind: 'bearer', fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/) },
      beta: ['oauth-2025-04-20', 'other'],
      fault: 'status',
      status: 529,
      outcome: 'overloaded_error',
    });
    expect(counts['messages']).toEqual({ overloaded_error: 1 });
  });
});
