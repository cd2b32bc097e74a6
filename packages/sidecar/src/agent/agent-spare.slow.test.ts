import { expect, it, vi } from 'vitest';
import { processesOf } from '../../../../test/end-to-end/harness/processes.ts';
import { Secret } from '../secret/index.ts';
import { ask, openAgentHouse } from './test/agent-house.ts';

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

it('nothing waits where memory runs short, and what waits leaves when it does', async () => {
  let isShort = true;
  const { agent, dataDir, workspace } = await openAgentHouse({
    warm: true,
    limits: { memoryCheckMs: 50 },
    isMemoryShort: async () => isShort,
  });
  const waiting = (): number => processesOf(dataDir).length;
  const first = await ask(agent, { prompt: 'Hello', workspace });
  await vi.waitUntil(() => waiting() === 0, oneWaits);

  isShort = false;
  const { conversationId } = first.one('started');
  await ask(agent, { prompt: 'And again', conversationId });
  await vi.waitUntil(() => waiting() === 2, oneWaits);
  isShort = true;
  await vi.waitUntil(() => waiting() === 0, oneWaits);

  const last = await ask(agent, { prompt: 'Once more', conversationId });
  expect(last.one('result').stopReason).toBe('end_turn');
});
