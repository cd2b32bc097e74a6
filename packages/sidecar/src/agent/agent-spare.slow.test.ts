import { readlinkSync } from 'node:fs';
import { expect, it, vi } from 'vitest';
import { type ProcessSeen, processesOf } from '../../../../test/end-to-end/harness/processes.ts';
import { ask, openAgentHouse } from '../../test/support/agent/agent-harness.ts';
import { Secret } from '../secret/index.ts';

const soon = { timeout: 10_000, interval: 20 };

/** The Agent SDK's programs that run, without what they start for their own sandbox. */
function programs(dataDir: string): readonly ProcessSeen[] {
  return processesOf(dataDir).filter(({ command }) => command.includes('--output-format stream-json'));
}

/** The conversation that a waiting program is for. */
function conversationOf(command: string): string | undefined {
  return /--session-id=(\S+)/.exec(command)?.[1];
}

/** The folder that a process works in; null where it has ended. */
function runsIn(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return null;
  }
}

it('a program that waits serves the next conversation, and a broken one is replaced unseen', async () => {
  const { agent, dataDir } = await openAgentHouse({ warm: true });
  const begun = new Set<string>();
  /** The one program that no conversation has begun in. */
  const newOne = (): Promise<{ readonly pid: number; readonly conversationId: string }> =>
    vi.waitUntil(() => {
      const fresh = programs(dataDir).flatMap(({ pid, command }) => {
        const conversationId = conversationOf(command);
        return conversationId === undefined || begun.has(conversationId) ? [] : [{ pid, conversationId }];
      });
      const [only] = fresh;
      if (only === undefined || fresh.length > 1) return false;
      begun.add(only.conversationId);
      return only;
    }, soon);

  for (let count = 0; count < 2; count += 1) {
    const { conversationId } = await newOne();
    const answer = await ask(agent, { prompt: 'Hello' });
    expect(answer.one('started').conversationId).toBe(conversationId);
    expect(answer.one('result').stopReason).toBe('end_turn');
  }

  const { pid } = await newOne();
  process.kill(pid, 'SIGKILL');
  const afterBroken = await ask(agent, { prompt: 'Hello' });
  expect(afterBroken.one('result').stopReason).toBe('end_turn');
});

it('the one that waits serves a reserved conversation in the folder of the last one, and the next where that one is given up', async () => {
  const { agent, dataDir, workspace } = await openAgentHouse({ warm: true, limits: { renewSpareMs: 0 } });
  const first = (await ask(agent, { prompt: 'Hello', workspace })).one('started').conversationId;
  /** The one program of another conversation. */
  const waiting = () =>
    vi.waitUntil(() => {
      const others = programs(dataDir).flatMap(({ pid, command }) =>
        conversationOf(command) === first ? [] : [{ pid, id: conversationOf(command) }],
      );
      const [only] = others;
      return only !== undefined && others.length === 1 && runsIn(only.pid) === workspace && only;
    }, soon);

  const { pid, id } = await waiting();
  const reserved = await agent.reserve({ workspace });
  expect(reserved.conversationId).toBe(id);
  await agent.deleteConversation(reserved.conversationId);
  await expect(agent.conversation(reserved.conversationId, { limit: 1, before: null })).rejects.toThrow();
  const next = await ask(agent, { prompt: 'Hello', workspace });
  expect(next.one('started').conversationId).toBe(id);
  expect(programs(dataDir).map((program) => program.pid)).toContain(pid);
});

it('what a killed program started for its own sandbox ends with it', async () => {
  const { dataDir } = await openAgentHouse({ warm: true });
  const before = await vi.waitUntil(() => {
    const all = processesOf(dataDir);
    return all.some(({ command }) => command.startsWith('socat ')) && all;
  }, soon);
  for (const { pid } of programs(dataDir)) process.kill(pid, 'SIGKILL');
  const left = () => processesOf(dataDir).filter(({ pid }) => before.some((each) => each.pid === pid));
  await vi.waitUntil(() => left().length === 0, soon);
});

it('no program is started ahead or kept where the person switched that off', async () => {
  const { agent, workspace, dataDir, settings } = await openAgentHouse({ warm: true });
  settings.update({ workspace, warmPrograms: false });

  const { events } = await ask(agent, { prompt: 'Hello', workspace });

  expect(events.at(-1)?.event).toBe('result');
  await vi.waitUntil(() => programs(dataDir).length === 0, soon);
});

it('a program waits only where somebody could pay for what it does, and as soon as somebody can', async () => {
  const { agent, dataDir, store, sandbox } = await openAgentHouse({ warm: true });
  const waiting = (): number => programs(dataDir).length;
  await vi.waitUntil(() => waiting() === 1, soon);
  await store.apiKeys.write('api_key:default', null);
  agent.prepare();
  await vi.waitUntil(() => waiting() === 0, soon);

  await store.apiKeys.write('api_key:default', new Secret(sandbox.apiKey));
  agent.prepare();
  await vi.waitUntil(() => waiting() === 1, soon);
  expect(agent.isBusy()).toBe(false);
});

it('nothing waits where memory runs short, and what waits leaves when it does', async () => {
  let isShort = true;
  const { agent, dataDir, workspace } = await openAgentHouse({
    warm: true,
    limits: { memoryCheckMs: 50 },
    isMemoryShort: async () => isShort,
  });
  const waiting = (): number => programs(dataDir).length;
  const first = await ask(agent, { prompt: 'Hello', workspace });
  await vi.waitUntil(() => waiting() === 0, soon);

  isShort = false;
  const { conversationId } = first.one('started');
  await ask(agent, { prompt: 'And again', conversationId });
  await vi.waitUntil(() => waiting() === 2, soon);
  isShort = true;
  await vi.waitUntil(() => waiting() === 0, soon);

  const last = await ask(agent, { prompt: 'Once more', conversationId });
  expect(last.one('result').stopReason).toBe('end_turn');
});
