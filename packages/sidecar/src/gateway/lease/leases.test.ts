import { request } from 'undici';
import { describe, expect, it, vi } from 'vitest';
import {
  apiKey,
  type Respond,
  sendStream,
  sse,
  startEvent,
} from '../../../test/support/gateway/fake-upstream.ts';
import {
  type Answer,
  type HouseOptions,
  keyId,
  open,
  openHouse,
  type PostOptions,
  post,
  type TestHouse,
} from '../../../test/support/gateway/harness.ts';
import type { Candidate } from '../../credentials/index.ts';
import { StoreError } from '../../errors/index.ts';

const stream: Respond = (_seen, response) => sendStream(response);
const body = (model = 'claude-opus-4-8', more: object = {}) =>
  JSON.stringify({ model, max_tokens: 100, stream: true, messages: [], ...more });

const openLeased = async (options: Partial<HouseOptions> = {}): Promise<TestHouse> =>
  await openHouse({ respond: stream, ...options });

const call = (house: TestHouse, secret: string, options: PostOptions = {}): Promise<Answer> =>
  post(house.gateway.url, secret, { body: body(), ...options });

async function asked(
  house: TestHouse,
  method: 'GET' | 'HEAD' | 'PUT',
  path: string,
  secret: string,
): Promise<{ readonly status: number; readonly text: string }> {
  const answer = await request(`${house.gateway.url}${path}`, { method, headers: { 'x-api-key': secret } });
  return { status: answer.statusCode, text: await answer.body.text() };
}

const messageOf = (answer: { readonly text: string }): { type: string; message: string } =>
  JSON.parse(answer.text).error;

describe('a lease', () => {
  it('lets its program call with the secret as bearer or as a key, byte for byte', async () => {
    const house = await openLeased();
    const { secret, credential } = await house.gateway.leases.open({ label: 'a program' });
    expect(credential.kind).toBe('oauth');
    const text = body('claude-opus-4-8', { odd: [1.0, '\u00e9'], thinking: null });
    const byBearer = await call(house, secret, { body: text, headers: { 'anthropic-beta': 'b,a' } });
    const { 'content-type': type } = byBearer.headers;
    expect([byBearer.status, type]).toEqual([200, 'text/event-stream']);
    const byKey = await request(`${house.gateway.url}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': secret, 'content-type': 'application/json' },
      body: text,
    });
    expect([byKey.statusCode, await byKey.body.text()]).toEqual([200, byBearer.text]);
    const [first, second] = house.upstream.seen;
    expect([first?.body.toString(), first?.headers['anthropic-beta']]).toEqual([
      text,
      'b,a,oauth-2025-04-20',
    ]);
    expect([second?.paidWith, second?.headers['x-api-key']]).toEqual(['token-1', undefined]);
  });

  it('answers the questions after models and the greeting, and nothing else', async () => {
    const list = '{"data":[{"type":"model","id":"m"}],"has_more":false}';
    const house = await openLeased({
      respond: ({ url }, response) => {
        response.setHeader('content-type', 'application/json');
        response.end(url.includes('/models/') ? '{"type":"model","id":"m"}' : list);
      },
    });
    const { secret } = await house.gateway.leases.open({ label: 'a program' });
    expect(await asked(house, 'GET', '/v1/models?limit=1000', secret)).toEqual({ status: 200, text: list });
    expect((await asked(house, 'GET', '/v1/models/m', secret)).text).toBe('{"type":"model","id":"m"}');
    expect(house.upstream.seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /v1/models?limit=1000',
      'GET /v1/models/m',
    ]);
    expect(await asked(house, 'HEAD', '/api/hello', secret)).toEqual({ status: 200, text: '' });
    for (const [method, path] of [
      ['GET', '/v1/files'],
      ['GET', '/v1/models/a/b'],
      ['GET', '/v1/messages'],
      ['PUT', '/v1/models'],
      ['GET', '/api/hello'],
    ] as const) {
      const answer = await asked(house, method, path, secret);
      expect([path, answer.status, messageOf(answer).type]).toEqual([path, 404, 'not_found_error']);
    }
    expect(house.upstream.seen).toHaveLength(2);
    // A child of Postern's own has no business there.
    expect((await asked(house, 'GET', '/v1/models', house.bind().secret)).status).toBe(401);
  });

  it('ends when it is told to, at its end and with the gateway, calls under way included', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const house = await openLeased();
      const { leases } = house.gateway;
      const one = await leases.open({ label: 'one', ttlSeconds: 60 });
      const two = await leases.open({ label: 'two' });
      expect(leases.list().map(({ label }) => label)).toEqual(['two', 'one']);
      expect(JSON.stringify(leases.list())).not.toContain('postern-lease-');
      vi.advanceTimersByTime(60_000);
      expect(leases.list().map(({ label }) => label)).toEqual(['two']);
      leases.end(two.leaseId);
      const detail = expect.stringContaining('no such lease');
      expect(() => leases.end(two.leaseId)).toThrow(expect.objectContaining({ code: 'not_found', detail }));
      for (const { secret } of [one, two]) expect((await call(house, secret)).status).toBe(403);
      expect(house.upstream.seen).toEqual([]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('cuts off what is under way when it ends, and counts it', async () => {
    const house = await openLeased({
      respond: (_seen, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(startEvent());
        response.write(
          sse({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
        );
      },
    });
    const { leases } = house.gateway;
    const { leaseId, secret } = await leases.open({ label: 'a program' });
    const answer = await open(house.gateway.url, secret, { body: body() });
    const ended = leases.end(leaseId);
    expect(ended).toMatchObject({ calls: 1, spentUsd: expect.any(Number) });
    expect(ended.spentUsd).toBeGreaterThan(0);
    await expect(answer.body.text()).rejects.toThrow();
    await expect.poll(() => house.upstream.abandoned.length, { interval: 1 }).toBe(1);
    expect(house.ledger.receipts({ limit: 10, before: null }).items).toHaveLength(1);
  });

  it('keeps a receipt that the disk does not take, and writes it later', async () => {
    const house = await openLeased({ signedIn: false });
    const { leases } = house.gateway;
    const first = await leases.open({ label: 'a program' });
    await call(house, first.secret);
    vi.spyOn(house.ledger, 'addReceipt').mockImplementationOnce(() => {
      throw new StoreError('storage_full');
    });
    leases.end(first.leaseId);
    const receipts = () => house.ledger.receipts({ limit: 10, before: null }).items;
    expect(receipts()).toEqual([]);
    const second = await leases.open({ label: 'another' });
    await call(house, second.secret);
    leases.end(second.leaseId);
    expect(receipts().map(({ lease }) => lease?.leaseId)).toEqual([second.leaseId, first.leaseId]);
  });

  it('writes one receipt for each session of the program', async () => {
    const house = await openLeased({ signedIn: false });
    const { leases } = house.gateway;
    const { leaseId, secret } = await leases.open({ label: 'a program' });
    const session = (id: string) => ({ headers: { 'x-claude-code-session-id': id } });
    for (const options of [session('s-1'), session('s-1'), session('s-2'), session('not a name'), {}])
      expect((await call(house, secret, options)).status).toBe(200);
    const [listed] = leases.list();
    expect(listed).toMatchObject({ calls: 5, capUsd: null, model: null });
    expect(listed?.spentUsd).toBeGreaterThan(0);
    expect(house.ledger.receipts({ limit: 10, before: null }).items).toEqual([]);
    const ended = leases.end(leaseId);
    expect(ended).toEqual(listed);
    const { items } = house.ledger.receipts({ limit: 10, before: null });
    expect(items.map(({ conversationId, parts }) => [conversationId, parts[0]?.calls])).toEqual([
      [leaseId, 2],
      ['s-2', 1],
      ['s-1', 2],
    ]);
    expect(items.reduce((sum, { costUsd }) => sum + costUsd, 0)).toBeCloseTo(ended.spentUsd, 9);
    expect(items[0]?.parts[0]?.credential.id).toBe(keyId);
  });

  it('keeps to its cap before a call is sent, calls under way counted', async () => {
    const held = Promise.withResolvers<void>();
    const house = await openLeased({
      respond: async (_seen, response) => {
        await held.promise;
        sendStream(response);
      },
    });
    // The most that this call may cost is about 2,100 tokens in and 100 out: about a cent and a half.
    const { secret } = await house.gateway.leases.open({ label: 'a program', capUsd: 0.02 });
    const first = call(house, secret);
    await expect.poll(() => house.upstream.seen.length, { interval: 1 }).toBe(1);
    const refused = await call(house, secret);
    expect([refused.status, refused.headers['x-should-retry'], messageOf(refused).type]).toEqual([
      403,
      'false',
      'permission_error',
    ]);
    expect(messageOf(refused).message).toContain('The lease may cost $0.02');
    held.resolve();
    expect((await first).status).toBe(200);
    expect((await call(house, secret)).status).toBe(200);
    // What costs nothing is not held back.
    const counted = await call(house, secret, { path: '/v1/messages/count_tokens', body: '{}' });
    expect(counted.text).not.toContain('The lease may cost');
    expect(house.upstream.seen.map(({ url }) => url)).toContain('/v1/messages/count_tokens');
  });

  it('is for one model where it was made so', async () => {
    const house = await openLeased();
    const { secret } = await house.gateway.leases.open({ label: 'a program', model: 'claude-opus-4-8' });
    expect((await call(house, secret)).status).toBe(200);
    const model = 'claude-haiku-4-5';
    const advisor = { type: 'advisor_20260301', name: 'advisor', model };
    const others = [
      body(model),
      body(undefined, { fallbacks: [{ model }] }),
      body(undefined, { tools: [advisor] }),
    ];
    for (const each of others) {
      const other = await call(house, secret, { body: each });
      expect(other.status).toBe(403);
      expect(messageOf(other).message).toContain('for claude-opus-4-8');
    }
    expect(house.upstream.seen).toHaveLength(1);
  });

  it('falls back as the policy says', async () => {
    const respond: Respond = ({ paidWith }, response) => {
      if (paidWith === 'key') return sendStream(response);
      const reset = String(Math.floor(Date.parse('2026-11-23T15:00:00Z') / 1000));
      response.writeHead(429, {
        'content-type': 'application/json',
        'anthropic-ratelimit-unified-status': 'rejected',
        'anthropic-ratelimit-unified-representative-claim': 'five_hour',
        'anthropic-ratelimit-unified-reset': reset,
      });
      response.end('{"type":"error","error":{"type":"rate_limit_error","message":"limit"}}');
    };
    const house = await openLeased({ respond, fallback: { onUsageLimit: 'never' } });
    const { secret } = await house.gateway.leases.open({ label: 'a program' });
    const refused = await call(house, secret);
    expect([refused.status, messageOf(refused).message]).toEqual([
      403,
      expect.stringContaining('usage limit'),
    ]);
    house.settings = { ...house.settings, fallback: { ...house.settings.fallback, onUsageLimit: 'allow' } };
    expect((await call(house, secret)).status).toBe(200);
    expect(house.upstream.seen.at(-1)?.paidWith).toBe('key');
    await expect(
      openLeased({ signedIn: false, hasKey: false }).then((empty) =>
        empty.gateway.leases.open({ label: 'x' }),
      ),
    ).rejects.toThrow(expect.objectContaining({ code: 'not_signed_in' }));
  });

  it('never lets another program’s sign-in pay, nor goes past it to a key unasked', async () => {
    const house = await openLeased({ signedIn: false });
    const own: Candidate = {
      ref: { id: 'claude_code:default', kind: 'claude_code', payer: 'a plan' },
      ...{ usable: true, reason: null, cooldownUntilMs: null, cooldownReason: null },
    };
    vi.spyOn(house.selection.delegated, 'candidates').mockReturnValue([own]);
    const { leases } = house.gateway;
    const reason = expect.objectContaining({ code: 'not_for_other_programs' });
    await expect(leases.open({ label: 'x' })).rejects.toThrow(reason);
    await expect(leases.open({ label: 'x', credential: own.ref.id })).rejects.toThrow(reason);
    await expect(leases.open({ label: 'x', credential: 'api_key:gone' })).rejects.toThrow(
      expect.objectContaining({ code: 'credential_not_found' }),
    );
    const { secret, credential } = await leases.open({ label: 'x', credential: keyId });
    expect(credential.id).toBe(keyId);
    expect((await call(house, secret)).status).toBe(200);
    await house.store.apiKeys.write(keyId, null);
    const refused = await call(house, secret);
    expect([refused.status, messageOf(refused).message]).toEqual([
      403,
      expect.stringContaining('does not pay for other programs'),
    ]);
    expect(house.upstream.seen.map(({ paidWith }) => paidWith)).toEqual(['key']);
  });

  it('says its secret nowhere', async () => {
    let repeated = '';
    const house = await openLeased({
      respond: (_seen, response) => {
        response.writeHead(400, { 'content-type': 'application/json' });
        response.end(`{"type":"error","error":{"type":"invalid_request_error","message":"${repeated}"}}`);
      },
    });
    const { secret } = await house.gateway.leases.open({ label: 'a program' });
    repeated = secret;
    const answer = await call(house, secret);
    expect(answer.status).toBe(400);
    expect(answer.text + JSON.stringify(house.logs)).not.toContain(secret);
    expect(JSON.stringify(house.upstream.seen)).not.toContain(secret);
    expect(JSON.stringify(house.upstream.seen)).not.toContain(apiKey);
  });
});
