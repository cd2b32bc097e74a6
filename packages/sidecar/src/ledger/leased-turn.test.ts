import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { credentialRef } from '../credentials/index.ts';
import { openStore } from '../store/index.ts';
import { createLedger } from './create-ledger.ts';
import { leaseOfQuery, queryIdOfLease } from './leased-turn.ts';
import type { ReservedCall } from './model-calls.ts';

const [one, two] = ['7f0c2b5e-0c53-4a7c-9a51-3f8f5d4c1a01', '7f0c2b5e-0c53-4a7c-9a51-3f8f5d4c1a02'] as const;
const cent = 10_000_000;

it('names the query of a lease so that lease and session are found again', () => {
  for (const session of [null, 's-1', 'a.b@c%20'])
    expect(leaseOfQuery(queryIdOfLease(one, session))).toEqual({ leaseId: one, session });
  for (const other of ['', 'query', 'lease-', `lease-${one}x`, crypto.randomUUID()])
    expect(leaseOfQuery(other)).toBeNull();
});

it('knows what a lease has cost after a crash, and says in the receipts whose it was', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'postern-leased-'));
  const deps = { clock: Date.now, log: (): void => undefined };
  const store = await openStore({ dataDir, kind: 'memory', passphrase: async () => null, ...deps });
  onTestFinished(async () => {
    await store.close();
    rmSync(dataDir, { recursive: true });
  });
  // Another ledger of this process stands for one that has crashed.
  const crashed = createLedger({ sql: store.sql, ...deps });
  const reserve = (queryId: string): ReservedCall => {
    const credential = credentialRef('api_key', false);
    const call = { queryId, conversationId: 'c', workspace: '', reason: 'preferred', model: 'claude-test' };
    const reserved = crashed.calls.reserve({ ...call, credential, mostNano: cent }, {}, new Set());
    if (!('id' in reserved)) throw new Error('no cap holds for it');
    return reserved;
  };
  const usage = { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 };
  const settled = { costNano: 3_000_000, openNano: 0, usage, model: 'claude-test' };
  crashed.calls.settle(reserve(queryIdOfLease(one, null)), settled);
  crashed.calls.settle(reserve(queryIdOfLease(one, 's-1')), settled);
  reserve(queryIdOfLease(one, 's-1'));
  reserve(queryIdOfLease(two, null));
  const spend = { calls: 3, nano: 2 * 3_000_000 + cent };
  expect(crashed.leaseSpend(one)).toEqual(spend);

  const ledger = createLedger({ sql: store.sql, ...deps });
  expect(ledger.recover((id) => (id === one ? 'claude' : null))).toBe(3);
  expect(ledger.leaseSpend(one)).toEqual(spend);
  const { items } = ledger.receipts({ limit: 10, before: null });
  expect(
    items.map(({ lease }) => lease).toSorted((a, b) => (a?.label ?? '').localeCompare(b?.label ?? '')),
  ).toEqual([
    { leaseId: two, session: null, label: 'a program' },
    expect.objectContaining({ leaseId: one, label: 'claude' }),
    expect.objectContaining({ leaseId: one, label: 'claude' }),
  ]);

  // What the cap of a turn holds for counts on for the one that is known.
  const turns = () =>
    store.sql.all(
      `SELECT period, spent_nano + reserved_nano AS nano FROM spend_totals WHERE scope = 'turn' ORDER BY period`,
    );
  expect(turns()).toEqual([
    { period: queryIdOfLease(one, null), nano: 3_000_000 },
    { period: queryIdOfLease(one, 's-1'), nano: 3_000_000 + cent },
  ]);
  ledger.forgetLease(two);
  expect(turns()).toHaveLength(2);
  ledger.forgetLease(one);
  expect(turns()).toEqual([]);
});
