import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir, uptime } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { credentialRef } from '../credentials/index.ts';
import { openStore, type Sql } from '../store/index.ts';
import { createLedger } from './create-ledger.ts';

/** The most that the call which was cut off may cost: one cent. */
const oneCent = 10_000_000;
const cutOff = {
  ...{ queryId: 'q', conversationId: 'c', workspace: '', reason: 'preferred', model: 'claude-test' },
  credential: credentialRef('api_key', false),
  mostNano: oneCent,
};

it('a turn that a restart of the machine cut off is known by its time, whatever runs under its number now', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'postern-recover-'));
  let nowMs = Date.now();
  const clock = (): number => nowMs;
  const log = (): void => undefined;
  const store = await openStore({ dataDir, kind: 'memory', passphrase: async () => null, clock, log });
  onTestFinished(async () => {
    await store.close();
    rmSync(dataDir, { recursive: true });
  });
  const ledger = createLedger({ sql: store.sql, clock, log });
  ledger.calls.reserve(cutOff, {}, new Set());
  // The process that started this one still runs.
  store.sql.run('UPDATE model_calls SET owner = ?', `${process.ppid}.another`);
  expect(ledger.recover()).toBe(0);
  nowMs += uptime() * 1000 + 60_000;
  expect(ledger.recover()).toBe(1);
});

it('a call of a sign-in that was cut off is covered or not as it was counted, in every sandbox', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'postern-recover-'));
  const deps = { clock: Date.now, log: (): void => undefined };
  const store = await openStore({ dataDir, kind: 'memory', passphrase: async () => null, ...deps });
  onTestFinished(async () => {
    await store.close();
    rmSync(dataDir, { recursive: true });
  });
  for (const linked of [false, true]) {
    const call = { ...cutOff, queryId: `linked ${linked}`, credential: credentialRef('oauth', true, linked) };
    createLedger({ sql: store.sql, ...deps }).calls.reserve(call, {}, new Set());
  }
  const ledger = createLedger({ sql: store.sql, ...deps });
  ledger.recover();
  const { items } = ledger.receipts({ limit: 10, before: null });
  const covered = items.map(({ queryId, parts }) => [queryId, parts[0]?.covered]);
  expect(Object.fromEntries(covered)).toEqual({ 'linked false': true, 'linked true': false });
});

it('a turn that was cut off has one receipt and counts once, where two processes start at the same moment', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'postern-recover-'));
  const clock = Date.now;
  const log = (): void => undefined;
  const open = () => openStore({ dataDir, kind: 'memory', passphrase: async () => null, clock, log });
  const [first, second] = [await open(), await open()];
  onTestFinished(async () => {
    await Promise.all([first.close(), second.close()]);
    rmSync(dataDir, { recursive: true });
  });
  // Another ledger of this process stands for a process that has ended.
  const ended = createLedger({ sql: first.sql, clock, log });
  ended.calls.reserve(cutOff, {}, new Set());

  const other = createLedger({ sql: second.sql, clock, log });
  let isFirstLook = true;
  const interrupted: Sql = {
    ...first.sql,
    all(statement, ...parameters) {
      const rows = first.sql.all(statement, ...parameters);
      // The second process starts between this one's look and its receipt.
      if (statement.startsWith('SELECT * FROM model_calls') && isFirstLook) {
        isFirstLook = false;
        other.recover();
      }
      return rows;
    },
  };
  const ledger = createLedger({ sql: interrupted, clock, log });
  ledger.recover();
  expect(isFirstLook).toBe(false);
  expect(ledger.receipts({ limit: 10, before: null }).items).toMatchObject([
    { queryId: 'q', notReportedUsd: 0.01 },
  ]);
  expect(ledger.reservedTodayUsd()).toBe(0.01);
  expect([ledger.recover(), other.recover()]).toEqual([0, 0]);
});
