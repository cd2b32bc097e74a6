import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openStore } from '../../packages/sidecar/src/store/index.ts';
import { startBookedService } from './harness/booked-service.ts';
import { type SpendOrder, SpendProcesses } from './harness/spend-processes.ts';

const rounds = 6;
const processesAtOnce = 4;
const turns = 6;

it('calls that are cut off right before Postern ends are ended in the ledger: nothing stands open that was never sent', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'postern-cancelled-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 }));
  using processes = await SpendProcesses.open();
  await using upstream = await startBookedService(Math.random, []);
  const order = (name: string): SpendOrder => ({
    ...{ dataDir, upstreamUrl: upstream.url, caps: { capUsdPerDay: 50 }, patienceMs: 0 },
    turns: Array.from({ length: turns }, (_, turn) => ({
      queryId: `${name}.${turn}`,
      // While its calls are written down and sent.
      cancelAfterMs: turn,
      calls: Array.from({ length: 3 }, (__, call) => ({
        ...{ id: `${name}.${turn}.${call}`, model: 'claude-sonnet-5-5', maxTokens: 100, prompt: 'Hello' },
      })),
    })),
  });
  for (let round = 0; round < rounds; round += 1)
    await Promise.all(
      Array.from({ length: processesAtOnce }, (_, at) => processes.run(order(`q${round}.${at}`), null)),
    );
  const store = await openStore({
    ...{ dataDir, kind: 'memory', clock: Date.now, log: () => undefined },
    passphrase: async () => null,
  });
  onTestFinished(() => store.close());
  expect(store.sql.all(`SELECT query_id FROM model_calls WHERE state = 'under_way'`)).toEqual([]);
});
