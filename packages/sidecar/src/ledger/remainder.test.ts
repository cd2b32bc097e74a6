import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { credentialRef } from '../credentials/index.ts';
import { openStore } from '../store/index.ts';
import { createLedger } from './create-ledger.ts';

it('a program that pays on its own takes the least that is left under any cap, and nothing of it twice', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'postern-remainder-'));
  const clock = (): number => new Date(2026, 10, 23, 12).getTime();
  const log = (): void => undefined;
  const store = await openStore({ dataDir, kind: 'memory', passphrase: async () => null, clock, log });
  onTestFinished(async () => {
    await store.close();
    rmSync(dataDir, { recursive: true });
  });
  const ledger = createLedger({ sql: store.sql, clock, log });
  const place = { conversationId: 'c', workspace: '', reason: 'preferred', model: null };
  const credential = credentialRef('console_profile', false);
  const take = (queryId: string, raised: ReadonlySet<'day'> = new Set()) =>
    ledger.calls.reserve(
      { ...place, queryId, credential, mostNano: 1, takesRemainder: true },
      { day: 5, month: 8 },
      raised,
    );
  const first = take('q1');
  expect(first).toMatchObject({ remainder: { scope: 'day', capUsd: 5, leftNano: 5_000_000_000 } });
  expect(take('q2')).toMatchObject({ scope: 'day', reservedUsd: 5 });
  expect(take('q3', new Set(['day']))).toMatchObject({
    remainder: { scope: 'month', leftNano: 3_000_000_000 },
  });
  const inFolder = (workspace: string) =>
    ledger.calls.reserve(
      { ...place, workspace, queryId: `in ${workspace}`, credential, mostNano: 2_000_000_000 },
      { workspace: 3 },
      new Set(),
    );
  // What works in no folder is under no folder's cap, however much there is of it.
  expect([inFolder(''), inFolder(''), inFolder('/a')].every((each) => 'id' in each)).toBe(true);
  expect(inFolder('/a')).toMatchObject({ scope: 'workspace' });
  if ('id' in first) ledger.calls.release(first);
  expect(ledger.reservedTodayUsd()).toBe(3 + 3 * 2);
});
