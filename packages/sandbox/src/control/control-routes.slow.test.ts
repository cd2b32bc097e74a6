import { request } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Control, control } from '../../test/control.ts';
import { type OAuthUser, oauthUser } from '../../test/oauth-user.ts';
import type { Sandbox } from '../sandbox.ts';
import { startSandbox } from '../start-sandbox.ts';

let sandbox: Sandbox;
let user: OAuthUser;
let trouble: Control;

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, host: 'localhost', accessTokenSeconds: 3600 });
  user = await oauthUser(sandbox);
  trouble = control(sandbox);
});
beforeEach(async () => {
  await trouble.post('reset', {});
});
afterAll(() => sandbox.close());

async function messages(headers: Record<string, string>): Promise<Response> {
  return fetch(`${sandbox.apiBaseUrl}/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({
      model: 'claude-opus-5-5',
      max_tokens: 100,
      messages: [{ role: 'user', content: 'hi' }],
    }),
  });
}

/** A request as no browser or fetch would send it. */
function withHeaders(path: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(`${sandbox.apiBaseUrl}${path}`, { headers, setHost: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on('error', reject).end();
  });
}

describe('the routes that script trouble', () => {
  it.each([
    ['faults', { on: 'token', kind: 'status', colour: 'red' }],
    ['faults', { on: 'token', kind: 'no_such_kind' }],
    ['faults', { on: 'token', kind: 'reset_mid_stream' }],
    ['faults', { on: 'elsewhere', kind: 'status' }],
    ['faults', { on: 'token', kind: 'status', times: 0 }],
    ['faults', { on: 'token', kind: 'redirect', location: 'https://evil.example/' }],
    ['faults', []],
    ['expire', { now: true }],
    ['revoke', { all: 1 }],
    ['limit', { window: 'one_hour' }],
    ['limit', { resetsInSeconds: -1 }],
    ['offline', {}],
    ['offline', { on: 'yes' }],
    ['key', {}],
    ['key', { key: 'short' }],
    ['reset', { hard: true }],
  ])('%s refuses %j', async (path, body) => {
    expect((await trouble.post(path, body)).status).toBe(400);
  });

  it('takes JSON only, and no page of another origin', async () => {
    const send = (headers: Record<string, string>) =>
      fetch(`${sandbox.url}/sandbox/offline`, { method: 'POST', headers, body: '{"on":true}' });
    expect((await send({ 'content-type': 'text/plain' })).status).toBe(415);
    expect((await send({ 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(415);
    expect((await send({ 'content-type': 'application/json', origin: 'https://evil.example' })).status).toBe(
      403,
    );
    expect((await trouble.requests()).switches).toMatchObject({ offline: false });
  });

  it('answers to loopback names only', async () => {
    const { port } = new URL(sandbox.url);
    for (const host of [`evil.example:${port}`, '127.0.0.1:1', `127.0.0.1.evil.example:${port}`])
      expect(await withHeaders('/sandbox/requests', { host })).toBe(421);
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`])
      expect(await withHeaders('/sandbox/requests', { host })).toBe(200);
  });

  it('is reached by its name and by its number', async () => {
    expect(sandbox.url).toMatch(/^http:\/\/localhost:\d+$/);
    expect(sandbox.apiBaseUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const { port } = new URL(sandbox.url);
    for (const name of ['localhost', '127.0.0.1', '[::1]'])
      expect((await fetch(`http://${name}:${port}/sandbox/requests`)).status).toBe(200);
  });

  it('clear empties the queue of its endpoint only', async () => {
    await trouble.post('faults', { on: 'token', kind: 'status', times: 3 });
    await trouble.post('faults', { on: 'revoke', kind: 'status' });
    await trouble.post('faults', { on: 'token', kind: 'clear' });
    expect((await trouble.requests()).faultsWaiting).toMatchObject({ token: 0, revoke: 1 });
  });

  it('limit refuses the plan with its window and reset, and lets keys through, until it is off', async () => {
    const { access_token } = await user.signIn();
    const plan = { authorization: `Bearer ${access_token}` };
    await trouble.post('limit', { window: 'seven_day', resetsInSeconds: 120 });
    const refused = await messages(plan);
    expect(refused.status).toBe(429);
    expect(Object.fromEntries(refused.headers)).toMatchObject({
      'anthropic-ratelimit-unified-status': 'rejected',
      'anthropic-ratelimit-unified-representative-claim': 'seven_day',
      'anthropic-ratelimit-unified-7d-utilization': '1',
      'retry-after': '120',
    });
    const reset = Number(refused.headers.get('anthropic-ratelimit-unified-7d-reset'));
    expect(Math.abs(reset - Date.now() / 1000 - 120)).toBeLessThan(5);
    expect((await messages({ 'x-api-key': sandbox.apiKey })).status).toBe(200);
    await trouble.post('limit', { on: false });
    expect((await messages(plan)).status).toBe(200);
  });

  it('limit may count from the first call that it refuses, however late that comes', async () => {
    const { access_token } = await user.signIn();
    const plan = { authorization: `Bearer ${access_token}` };
    await trouble.post('limit', { resetsInSeconds: 600, from: 'first_refusal' });
    await messages({ 'x-api-key': sandbox.apiKey });
    const resetOf = (answer: Response) => answer.headers.get('anthropic-ratelimit-unified-reset');
    const before = Date.now();
    const first = await messages(plan);
    expect(first.status).toBe(429);
    expect(Number(resetOf(first))).toBeGreaterThanOrEqual(Math.floor(before / 1000) + 600);
    // It is a fixed instant from then on.
    expect(resetOf(await messages(plan))).toBe(resetOf(first));
    await trouble.post('limit', { on: false });
    expect((await messages(plan)).status).toBe(200);
  });

  it('limit with overage answers, and says that it is paid beyond the plan', async () => {
    const { access_token } = await user.signIn();
    await trouble.post('limit', { overage: true });
    const answer = await messages({ authorization: `Bearer ${access_token}` });
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'anthropic-ratelimit-unified-status': 'rejected',
      'anthropic-ratelimit-unified-overage-status': 'allowed',
      'anthropic-ratelimit-unified-5h-status': 'rejected',
    });
    await trouble.post('limit', { on: false });
  });

  it('limit ends by itself at its reset', async () => {
    const { access_token } = await user.signIn();
    await trouble.post('limit', { resetsInSeconds: 1 });
    const status = async () => (await messages({ authorization: `Bearer ${access_token}` })).status;
    expect(await status()).toBe(429);
    await expect.poll(status, { timeout: 3000 }).toBe(200);
  });

  it('offline takes the services away, and brings them back with every sign-in whole', async () => {
    const { access_token, refresh_token = '' } = await user.signIn();
    await trouble.post('offline', { on: true });
    expect((await messages({ authorization: `Bearer ${access_token}` })).status).toBe(503);
    expect((await user.rawRefresh(refresh_token)).status).toBe(503);
    expect((await fetch(`${sandbox.issuer}/.well-known/oauth-authorization-server`)).status).toBe(503);
    await trouble.post('offline', { on: false });
    expect((await messages({ authorization: `Bearer ${access_token}` })).status).toBe(200);
    expect((await user.rawRefresh(refresh_token)).status).toBe(200);
  });

  it('key refuses every key until it does not', async () => {
    await trouble.post('key', { refuse: true });
    expect((await messages({ 'x-api-key': sandbox.apiKey })).status).toBe(401);
    await trouble.post('key', { refuse: false });
    expect((await messages({ 'x-api-key': sandbox.apiKey })).status).toBe(200);
  });

  it('reset forgets trouble and counts, and leaves sign-ins alone', async () => {
    const { access_token } = await user.signIn();
    await trouble.post('faults', { on: 'messages', kind: 'status' });
    await trouble.post('limit', {});
    await trouble.post('key', { refuse: true });
    await trouble.post('reset', {});
    expect(await trouble.requests()).toMatchObject({
      counts: {},
      log: [],
      refresh: { requests: 0 },
      switches: { offline: false, keyRefused: false, limit: null },
    });
    expect((await messages({ authorization: `Bearer ${access_token}` })).status).toBe(200);
  });
});
