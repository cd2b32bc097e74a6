import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openStore } from '../store/index.ts';
import { createLedger } from './create-ledger.ts';

it('the receipts of a conversation come oldest first from a moment on, by an index, and fail without harm', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'postern-ledger-'));
  const logs: string[] = [];
  const log = (line: string): void => {
    logs.push(line);
  };
  let nowMs = 1_000_000;
  const clock = (): number => nowMs;
  const { sql, close } = await openStore({
    ...{ dataDir, kind: 'memory', passphrase: async () => null, clock, log },
  });
  onTestFinished(async () => {
    await close();
    rmSync(dataDir, { recursive: true });
  });
  const ledger = createLedger({ sql, clock, log });
  const usage = { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 };
  const add = (conversationId: string): string => {
    nowMs += 1_000;
    return ledger.addReceipt({
      ...{ queryId: `q${nowMs}`, conversationId, model: null, outcome: 'completed' },
      ...{ usage, costUsd: 0, durationMs: 5, parts: [] },
    }).id;
  };
  const [, second, , third] = [add('a'), add('a'), add('b'), add('a'), add('a')];
  expect(ledger.receiptsOf('a', 1_002_000, 2).map(({ id }) => id)).toEqual([second, third]);
  const plan = sql.all(
    'EXPLAIN QUERY PLAN SELECT json FROM receipts WHERE conversation_id = ? AND at_ms >= ? ORDER BY at_ms, id LIMIT ?',
    ...['a', 0, 1],
  );
  expect(plan.map(({ detail }) => detail)).toEqual([expect.stringContaining('receipts_by_conversation')]);
  sql.run('DROP TABLE receipts');
  expect(ledger.receiptsOf('a', 0, 2)).toEqual([]);
  expect(logs).toEqual([expect.stringMatching(/^ledger: receipts of a conversation not read/)]);
});
