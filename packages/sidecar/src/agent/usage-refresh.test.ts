import { describe, expect, it } from 'vitest';
import type { Candidate, DelegatedOutcome, DelegatedRun } from '../credentials/index.ts';
import { QueryFailure, TransientError } from '../errors/index.ts';
import { createUsageRefresher } from './usage-refresh.ts';

const reading = { window: 'five_hour', utilization: 0.5, resetsAtMs: null };

/** Accounts of which each asking is recorded. */
function accounts({ sandbox = false, ids = ['claude_code:default', 'claude_code:work'] } = {}) {
  const world = {
    nowMs: Date.parse('2026-11-23T10:00:00Z'),
    asked: [] as string[],
    noted: [] as [string, DelegatedOutcome][],
    fails: null as Error | null,
    document: null as unknown,
    usable: true,
  };
  const candidates = (): readonly Candidate[] =>
    [...ids, 'console_profile:default'].map((id) => ({
      ref: { id, kind: id.startsWith('claude') ? 'claude_code' : 'console_profile', payer: 'you' },
      usable: world.usable,
      reason: world.usable ? null : 'not_signed_in',
      cooldownUntilMs: null,
      cooldownReason: null,
    }));
  const open = () =>
    createUsageRefresher({
      delegated: {
        refresh: async () => undefined,
        candidates,
        runOf: (id) => ({ ref: { id } }) as DelegatedRun,
        note: (id, outcome) => world.noted.push([id, outcome]),
      },
      async ask({ ref }) {
        world.asked.push(ref.id);
        await Promise.resolve();
        if (world.fails !== null) throw world.fails;
        return [reading];
      },
      documents: {
        read: () => world.document,
        update: (_name, change) => {
          world.document = change(world.document);
          return world.document;
        },
      },
      sandbox,
      clock: () => world.nowMs,
    });
  return { world, open };
}

describe('plan windows on request', () => {
  it('are read by the program of each Claude Code account, and noted without a status', async () => {
    const { world, open } = accounts();
    const first = await open().refresh();
    expect(first.map(({ state }) => state)).toEqual(['read', 'read']);
    expect(first[0]).toMatchObject({
      askedAt: '2026-11-23T10:00:00.000Z',
      nextAt: '2026-11-23T10:05:00.000Z',
    });
    expect(world.asked).toEqual(['claude_code:default', 'claude_code:work']);
    expect(world.noted[0]).toEqual([
      'claude_code:default',
      { type: 'window_seen', ...reading, status: null },
    ]);
  });

  it('are asked for once in five minutes, by many at the same time and over restarts', async () => {
    const { world, open } = accounts({ ids: ['claude_code:default'] });
    const refresher = open();
    await Promise.all([refresher.refresh(), refresher.refresh(), refresher.refresh()]);
    world.nowMs += 5 * 60_000 - 1;
    const again = await open().refresh();
    expect(again).toMatchObject([{ state: 'recent', askedAt: '2026-11-23T10:00:00.000Z' }]);
    expect(world.asked).toHaveLength(1);
    world.nowMs += 1;
    await open().refresh();
    expect(world.asked).toHaveLength(2);
    world.nowMs -= 24 * 3_600_000;
    await open().refresh();
    expect(world.asked).toHaveLength(3);
  });

  it('say under which code one could not be read; the others are read, and it counts as asked', async () => {
    const { world, open } = accounts({ ids: ['claude_code:default'] });
    for (const [fails, code] of [
      [new TransientError('usage_unavailable', { sent: false }), 'usage_unavailable'],
      [new QueryFailure('credential_mismatch'), 'credential_mismatch'],
      [new Error('anything'), 'internal_error'],
    ] as const) {
      world.fails = fails;
      expect(await open().refresh()).toMatchObject([{ state: 'failed', code }]);
      expect(await open().refresh()).toMatchObject([{ state: 'recent', code: null }]);
      world.nowMs += 5 * 60_000;
    }
    expect(world.noted).toEqual([]);
  });

  it('are refused where no such account is signed in, and in the sandbox', async () => {
    const { world, open } = accounts();
    world.usable = false;
    await expect(open().refresh()).rejects.toMatchObject({ code: 'not_signed_in' });
    const sandboxed = accounts({ sandbox: true });
    await expect(sandboxed.open().refresh()).rejects.toMatchObject({ code: 'not_in_sandbox' });
    expect([...world.asked, ...sandboxed.world.asked]).toEqual([]);
  });
});
