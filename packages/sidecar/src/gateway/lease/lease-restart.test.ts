import { once } from 'node:events';
import { createServer, Server } from 'node:net';
import type { LeaseRequest } from '@postern/contract';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { sendStream, sse } from '../../../test/support/gateway/fake-upstream.ts';
import { openHouse, post, requestBody, type TestHouse } from '../../../test/support/gateway/harness.ts';

/** It may cost 35 cents. */
const large = requestBody({ max_tokens: 35_000 });
const body = JSON.stringify({ model: 'claude-opus-4-8', max_tokens: 100, stream: true, messages: [] });

async function openLeased(request: Partial<LeaseRequest> = {}, graceMs = 60_000) {
  const house = await openHouse({ respond: (_seen, response) => sendStream(response), graceMs });
  const grant = await house.gateway.leases.open({ label: 'a program', held: true, ...request });
  house.gateway.leases.hold(grant.leaseId);
  return { house, ...grant, call: () => calls(house, grant.secret) };
}

async function calls(house: TestHouse, secret: string): Promise<string> {
  const { status, text } = await post(house.gateway.url, secret, { body, reset: true });
  return status === 200 ? 'answered' : `${status} ${JSON.parse(text).error.message}`;
}

const unknown = expect.stringMatching(
  /^403 Postern: The lease of this program has ended\. This Postern does not know it/,
);

describe('a lease that is held while Postern is restarted', () => {
  it('goes on at the same address with the same secret, and what it has cost counts on', async () => {
    const { house, leaseId, secret, call } = await openLeased({ capUsd: 1, model: 'claude-opus-4-8' });
    const { url } = house.gateway;
    expect(await call()).toBe('answered');
    const before = house.gateway.leases.list();
    await house.restart();
    expect([house.gateway.url, house.gateway.leases.list()]).toEqual([url, before]);
    house.gateway.leases.hold(leaseId);
    expect(await call()).toBe('answered');
    const ended = house.gateway.leases.end(leaseId);
    expect(ended).toMatchObject({ calls: 2, spentUsd: 2 * (before[0]?.spentUsd ?? 0) });
    const { items } = house.ledger.receipts({ limit: 10, before: null });
    expect(items.map(({ lease }) => lease?.leaseId)).toEqual([leaseId, leaseId]);
    expect(items.reduce((sum, { costUsd }) => sum + costUsd, 0)).toBeCloseTo(ended.spentUsd, 9);
    expect(JSON.stringify(house.logs)).not.toContain(secret);
  });

  it('keeps its cap: what may have been spent before counts', async () => {
    const house = await openHouse({
      respond: (_seen, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.flushHeaders();
        setTimeout(() => response.destroy(), 5);
      },
    });
    // The most that this call may cost is about a cent and a half, and that is what it counts as.
    const { leaseId, secret } = await house.gateway.leases.open({ label: 'x', held: true, capUsd: 0.02 });
    await calls(house, secret).catch(() => undefined);
    await house.restart();
    house.gateway.leases.hold(leaseId);
    expect(await calls(house, secret)).toMatch(/^403 .*The lease may cost \$0\.02: spent \$0\.01/);
    expect(house.upstream.seen).toHaveLength(1);
  });

  it('keeps what counts under the cap of a turn for each session, until it ends', async () => {
    const usage = { input_tokens: 0, output_tokens: 30_000 };
    const message = { id: 'm', model: 'claude-sonnet-5-5', usage };
    const house = await openHouse({
      respond: (_seen, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.end(sse({ type: 'message_start', message }) + sse({ type: 'message_stop' }));
      },
      ...{ signedIn: false, fallback: { capUsdPerTurn: 0.4 }, questionMs: 30 },
    });
    const { leaseId, secret } = await house.gateway.leases.open({ label: 'x', held: true });
    const ask = async (session: string) => {
      const headers = { 'x-claude-code-session-id': session };
      const answer = await post(house.gateway.url, secret, { ...{ body: large, headers }, reset: true });
      return answer.status === 200 ? 'answered' : answer.text;
    };
    expect(await ask('one')).toBe('answered');
    for (let restarts = 0; restarts < 2; restarts += 1) {
      await house.restart();
      house.gateway.leases.hold(leaseId);
      expect(await ask('one')).toContain('$0.30 is spent');
    }
    expect(await ask('two')).toBe('answered');
    const turns = () => house.store.sql.all(`SELECT period FROM spend_totals WHERE scope = 'turn'`);
    expect(turns()).toHaveLength(2);
    house.gateway.leases.end(leaseId);
    expect(turns()).toEqual([]);
  });

  it('begins no call before its holder is back', async () => {
    const { house, leaseId, call } = await openLeased();
    await house.restart();
    let isAnswered = false;
    const answer = call().finally(() => {
      isAnswered = true;
    });
    // Another program's call goes through meanwhile.
    const other = await house.gateway.leases.open({ label: 'another' });
    expect(await calls(house, other.secret)).toBe('answered');
    expect([isAnswered, house.upstream.seen.length]).toEqual([false, 1]);
    house.gateway.leases.hold(leaseId);
    expect(await answer).toBe('answered');
  });

  it('is over where its holder does not come back, after the next restart as well', async () => {
    const { house, call } = await openLeased({}, 30);
    await house.restart();
    expect(await call()).toMatch(/^403 .* was killed/);
    expect(house.upstream.seen).toEqual([]);
    await house.restart();
    expect([house.gateway.leases.list(), await call()]).toEqual([[], unknown]);
  });

  it('does not come back once it was ended, its time is over, or its port is taken', async () => {
    const ended = await openLeased();
    ended.house.gateway.leases.end(ended.leaseId);
    await ended.house.restart();
    expect(() => ended.house.gateway.leases.hold(ended.leaseId)).toThrow(
      expect.objectContaining({ code: 'not_found' }),
    );
    expect(await ended.call()).toEqual(unknown);

    const late = await openLeased({ ttlSeconds: 60 });
    await late.house.restart(() => {
      late.house.nowMs += 60_000;
    });
    expect(await late.call()).toContain('Its time is over.');

    const moved = await openLeased();
    const port = Number(new URL(moved.house.gateway.url).port);
    await moved.house.restart(async () => {
      const other = createServer().listen(port, '127.0.0.1');
      onTestFinished(() => void other.close());
      await once(other, 'listening');
    });
    expect(moved.house.gateway.leases.list()).toEqual([]);
    expect(moved.house.logs.join()).toContain(`the gateway could not have port ${port} again`);
    await moved.house.restart();
    expect(moved.house.gateway.leases.list()).toEqual([]);
  });

  it('holds up no start where its port may not be had, and is not heeded once its time is over', async () => {
    const { house, call } = await openLeased({ ttlSeconds: 60 });
    const late = await openLeased({ ttlSeconds: 60 });
    const listen = vi.spyOn(Server.prototype, 'listen');
    onTestFinished(() => listen.mockRestore());
    // As Windows does within a reserved range.
    listen.mockImplementationOnce(function refuse(this: Server) {
      const error = Object.assign(new Error('listen EACCES: permission denied'), { code: 'EACCES' });
      process.nextTick(() => this.emit('error', error));
      return this;
    });
    await house.restart();
    expect([house.gateway.leases.list(), await call()]).toEqual([
      [],
      expect.stringContaining('It was ended.'),
    ]);
    listen.mockClear();
    await late.house.restart(() => {
      late.house.nowMs += 60_000;
    });
    expect(listen.mock.calls.map(([port]) => port)).toEqual([0]);
    expect(await late.call()).toContain('Its time is over.');
  });

  it('leaves no port open where what it has cost cannot be read', async () => {
    const { house } = await openLeased();
    const port = Number(new URL(house.gateway.url).port);
    house.store.sql.run('DROP TABLE model_calls');
    await expect(house.restart()).rejects.toThrow();
    const other = createServer().listen(port, '127.0.0.1');
    onTestFinished(() => void other.close());
    await once(other, 'listening');
  });
});

it('a lease that is not held ends with Postern, and its program is told what to do', async () => {
  const { house, call } = await openLeased({ held: false });
  await house.restart();
  expect(await call()).toEqual(unknown);
  expect(house.upstream.seen).toEqual([]);
});
