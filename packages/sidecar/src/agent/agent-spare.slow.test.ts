import { expect, it, vi } from 'vitest';
import { processesOf } from '../../../../test/end-to-end/harness/processes.ts';
import { Secret } from '../secret/index.ts';
import { openAgentHouse } from './test/agent-house.ts';

const oneWaits = { timeout: 10_000, interval: 20 };

it('a program waits only where somebody could pay for what it does, and as soon as somebody can', async () => {
  const { agent, dataDir, store, sandbox } = await openAgentHouse({ warm: true });
  const waiting = (): number => processesOf(dataDir).length;
  await vi.waitUntil(() => waiting() === 1, oneWaits);
  await store.apiKeys.write('api_key:default', null);
  agent.prepare();
  await vi.waitUntil(() => waiting() === 0, oneWaits);

  await store.apiKeys.write('api_key:default', new Secret(sandbox.apiKey));
  agent.prepare();
  await vi.waitUntil(() => waiting() === 1, oneWaits);
  expect(agent.isBusy()).toBe(false);
});
