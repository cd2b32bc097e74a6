import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ask, openAgentHouse } from '../../test/support/agent/agent-harness.ts';
import { childrenPath, recorded } from '../../test/support/agent/recorded-children.ts';
import { eventually } from '../../test/support/http/eventually.ts';
import { endLeftovers } from './index.ts';

/**
 * A command that no other test, and no other run, has. The program refuses it standing alone where commands may run in the background:
 * something must come before it.
 */
function sleepCommand(): string {
  return `sleep ${randomInt(100_000, 999_999)}`;
}

/** How many processes run with exactly this command line. */
function running(command: string): number {
  const lines = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).split('\n');
  return lines.filter((line) => line.trim() === command).length;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function until(condition: () => boolean, ms = 5_000): Promise<void> {
  const end = performance.now() + ms;
  while (!condition()) {
    if (performance.now() > end) throw new Error('it did not come true in time');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('the program', () => {
  it('is kept between the turns of a conversation', async () => {
    const { agent, workspace, dataDir } = await openAgentHouse();
    const first = await ask(agent, { prompt: 'Hello', workspace });
    const [child] = recorded(dataDir);

    const second = await ask(agent, {
      prompt: 'And again',
      conversationId: first.one('started').conversationId,
    });

    expect(recorded(dataDir)).toEqual([child]);
    expect(second.one('started').conversationId).toBe(first.one('started').conversationId);
  });

  it('is given up oldest first when too many wait, and when it waited too long', async () => {
    const { agent, workspace, dataDir } = await openAgentHouse({
      limits: { maxIdleChildren: 1, idleChildMs: 400 },
    });
    const first = await ask(agent, { prompt: 'One', workspace });
    await until(() => recorded(dataDir).length === 1);
    const [firstChild] = recorded(dataDir);

    await ask(agent, { prompt: 'Two', workspace });

    await until(() => recorded(dataDir).length === 1 && recorded(dataDir)[0]?.pid !== firstChild?.pid);
    await until(() => recorded(dataDir).length === 0);
    const again = await ask(agent, {
      prompt: 'Three',
      conversationId: first.one('started').conversationId,
    });
    expect(again.events.at(-1)?.event).toBe('result');
  });

  it('goes on with a conversation after a restart, and charges each turn once', async () => {
    const { agent, workspace, ledger, restart } = await openAgentHouse();
    const first = await ask(agent, { prompt: 'Hello', workspace });
    const { conversationId } = first.one('started');
    const second = await ask(agent, { prompt: 'Hello once more', conversationId });

    const later = await restart();
    const third = await ask(later, { prompt: 'Hello a third time', conversationId });

    expect(third.one('started').conversationId).toBe(conversationId);
    const costs = [first, second, third].map((heard) => heard.one('result').costUsd);
    const [low, high] = [Math.min(...costs), Math.max(...costs)];
    expect(low).toBeGreaterThan(0);
    // Each turn sends a little more than the one before; a total taken for a difference would be three times as much.
    expect(high).toBeLessThan(low * 1.5);
    expect(ledger.receipts({ limit: 10, before: null }).items).toHaveLength(3);
    const history = await later.conversation(conversationId, { limit: 100, before: null });
    expect(history.title).toBe('Hello');
    expect(history.items.filter(({ type }) => type === 'user')).toMatchObject([
      { text: 'Hello' },
      { text: 'Hello once more' },
      { text: 'Hello a third time' },
    ]);
    expect(history.items.map(({ type }) => type).slice(0, 2)).toEqual(['user', 'assistant_text']);
  });

  it('lists, searches and pages conversations, and the items of one', async () => {
    const { agent, workspace } = await openAgentHouse();
    for (const prompt of ['Red apples', 'Green pears', 'Red plums']) await ask(agent, { prompt, workspace });

    const found = () => agent.conversations({ limit: 10, before: null, search: 'red' });
    // A turn is in the index a moment after its end.
    await eventually(async () => (await found()).items.length).toBe(2);
    const red = await found();
    const page = await agent.conversations({ limit: 2, before: null, search: null });
    const rest = await agent.conversations({ limit: 2, before: page.next, search: null });

    expect(red.items.map(({ title }) => title)).toEqual(['Red plums', 'Red apples']);
    expect(page.items.map(({ title }) => title)).toEqual(['Red plums', 'Green pears']);
    expect(rest).toMatchObject({ items: [{ title: 'Red apples', workspace }], next: null });
    const id = page.items[0]?.id ?? '';
    const newest = await agent.conversation(id, { limit: 1, before: null });
    const older = await agent.conversation(id, { limit: 1, before: newest.next });
    expect([...older.items, ...newest.items].map(({ type }) => type)).toEqual(['user', 'assistant_text']);
    await expect(
      agent.conversation('00000000-0000-4000-8000-000000000000', { limit: 1, before: null }),
    ).rejects.toMatchObject({ code: 'conversation_not_found' });
  });

  it('may crash in the middle of a turn: the query ends with agent_failed and the next one works (F40)', async () => {
    const { agent, workspace, dataDir, ledger } = await openAgentHouse();

    const sleep = sleepCommand();
    const crashed = await ask(agent, { prompt: `Run \`echo one; ${sleep}\``, workspace }, async (event) => {
      if (event.event !== 'permission_request') return;
      await agent.approve(event.data.requestId, 'allow', false);
      await until(() => running(sleep) === 1);
      for (const { pid } of recorded(dataDir)) process.kill(pid, 'SIGKILL');
    });

    expect(crashed.one('error')).toMatchObject({ code: 'agent_failed' });
    await until(() => running(sleep) === 0, 2_000);
    const [receipt] = ledger.receipts({ limit: 1, before: null }).items;
    expect(receipt).toMatchObject({ outcome: 'failed' });
    expect(receipt?.costUsd).toBeGreaterThan(0);
    const next = await ask(agent, { prompt: 'Hello', conversationId: crashed.one('started').conversationId });
    expect(next.text).toContain('Hello');
    expect(next.one('result').costUsd).toBeGreaterThan(0);
  });

  it('is ended by the next start where a killed sidecar left it behind (F31)', async () => {
    const { agent, workspace, dataDir } = await openAgentHouse();
    await ask(agent, { prompt: 'Hello', workspace });
    await until(() => recorded(dataDir).length === 1);
    const pid = recorded(dataDir)[0]?.pid ?? 0;
    expect(isAlive(pid)).toBe(true);
    // While its sidecar runs it is nobody’s to end; the file of a killed one names a process that is not there any more.
    expect(await endLeftovers(dataDir)).toBe(0);
    const file = JSON.parse(readFileSync(childrenPath(dataDir), 'utf8'));
    writeFileSync(childrenPath(dataDir), JSON.stringify({ ...file, ownerStartedAt: 'earlier' }));

    const ended = await endLeftovers(dataDir);

    expect(ended).toBe(1);
    await until(() => !isAlive(pid), 1_000);
    expect(await endLeftovers(dataDir)).toBe(0);
  });

  it('keeps its temporary files, the sockets of its sandbox among them, where they go with it', async () => {
    const { agent, workspace, dataDir } = await openAgentHouse();
    await ask(agent, { prompt: 'Hello', workspace });
    const [{ pid, tempDir } = { pid: 0, tempDir: '' }] = recorded(dataDir);
    await until(() => readdirSync(tempDir).some((name) => name.endsWith('.sock')));
    process.kill(pid, 'SIGKILL');
    await until(() => !existsSync(tempDir));
  });
});

describe('stopping', () => {
  it.each([
    ['in the sandbox', null],
    ['without one', { mode: 'rules_only', reason: '' }],
  ] as const)(
    'ends a running command %s within 2 s, wherever it went, and the conversation goes on (F40)',
    async (_, isolation) => {
      const { agent, workspace, dataDir } = await openAgentHouse(isolation === null ? {} : { isolation });
      const sleep = sleepCommand();
      let stoppedMs = Number.NaN;

      const stopped = await ask(
        agent,
        { prompt: `Run \`(setsid ${sleep} &) ; ${sleep}\``, workspace },
        async (event, queryId) => {
          if (event.event !== 'permission_request') return;
          await agent.approve(event.data.requestId, 'allow', false);
          await until(() => running(sleep) === 2);
          const at = performance.now();
          await agent.cancel(queryId);
          stoppedMs = performance.now() - at;
          expect(running(sleep)).toBe(0);
        },
      );

      expect(stoppedMs).toBeLessThan(2_000);
      expect(stopped.events.at(-1)).toMatchObject({ event: 'error', data: { code: 'query_cancelled' } });
      const [child] = recorded(dataDir);
      const next = await ask(agent, {
        prompt: 'Hello',
        conversationId: stopped.one('started').conversationId,
      });
      expect(next.one('result').stopReason).toBe('end_turn');
      expect(recorded(dataDir)).toEqual([child]);
    },
  );

  it('works before the program is ready', async () => {
    const { agent, workspace } = await openAgentHouse();

    const stopped = await ask(agent, { prompt: 'Hello', workspace }, async (event, queryId) => {
      if (event.event === 'started') await agent.cancel(queryId);
    });

    expect(stopped.events.map(({ event }) => event)).toEqual(['started', 'error']);
    const next = await ask(agent, {
      prompt: 'Hello',
      conversationId: stopped.one('started').conversationId,
    });
    expect(next.text).toContain('Hello');
  });

  it('withdraws a question, and ends an answer that is being streamed', async () => {
    const { agent, workspace, trouble } = await openAgentHouse();

    const asking = await ask(agent, { prompt: 'Run `touch x`', workspace }, async (event, queryId) => {
      if (event.event === 'permission_request') await agent.cancel(queryId);
    });
    await trouble({ on: 'messages', kind: 'stall_mid_stream' });
    const streaming = await ask(agent, { prompt: 'Hello', workspace }, async (event, queryId) => {
      if (event.event === 'assistant_text') await agent.cancel(queryId);
    });

    expect(asking.one('permission_resolution').decision).toBe('deny');
    expect(existsSync(join(workspace, 'x'))).toBe(false);
    for (const heard of [asking, streaming]) {
      expect(heard.events.at(-1)).toMatchObject({ event: 'error', data: { code: 'query_cancelled' } });
    }
  });

  it('happens by itself when nobody listens (F40)', async () => {
    const { agent, workspace, trouble } = await openAgentHouse({ limits: { unheardMs: 300 } });
    await trouble({ on: 'messages', kind: 'stall_mid_stream' });

    const { queryId } = await agent.start({ prompt: 'Hello', workspace });
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const events: string[] = [];
    for await (const { event } of agent.events(queryId, 0, AbortSignal.timeout(5_000))) {
      events.push(event.event === 'error' ? event.data.code : event.event);
    }

    expect(events[0]).toBe('started');
    expect(events.at(-1)).toBe('query_cancelled');
  });

  it('is what close() does to everything', async () => {
    const { agent, workspace, dataDir, trouble } = await openAgentHouse();
    await trouble({ on: 'messages', kind: 'stall_mid_stream' });
    await agent.start({ prompt: 'Hello', workspace });
    await until(() => recorded(dataDir).length === 1);
    const pid = recorded(dataDir)[0]?.pid ?? 0;

    await agent.close();

    expect(isAlive(pid)).toBe(false);
    await expect(agent.start({ prompt: 'Hello', workspace })).rejects.toMatchObject({ code: 'not_running' });
  });
});
