import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { QueryEvent } from '@postern/contract';
import { Agent as Dispatcher } from 'undici';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type AgentHouse, ask as hear, openAgentHouse } from '../../test/support/agent/agent-harness.ts';
import { recorded } from '../../test/support/agent/recorded-children.ts';
import { createGateway } from '../gateway/index.ts';
import type { Agent } from './agent.ts';

interface Followed {
  readonly queryId: string;
  readonly events: QueryEvent[];
  readonly over: Promise<void>;
}

/** Starts a query that asks to write a file, and so runs until it is answered. */
async function ask({ agent, workspace }: AgentHouse, name: string): Promise<Followed> {
  const { queryId } = await agent.start({ prompt: `Create a file ${name} with \`text\``, workspace });
  const events: QueryEvent[] = [];
  const over = (async () => {
    for await (const { event } of agent.events(queryId, 0, AbortSignal.timeout(60_000))) events.push(event);
  })();
  return { queryId, events, over };
}

const question = ({ events }: Followed) => events.find((event) => event.event === 'permission_request');
const places = ({ events }: Followed) =>
  events.flatMap((event) => (event.event === 'queued' ? [event.data.place] : []));
const last = ({ events }: Followed) => events.at(-1);

async function answer({ agent }: AgentHouse, query: Followed): Promise<void> {
  await expect.poll(() => question(query), { timeout: 30_000 }).toBeDefined();
  const asked = question(query);
  if (asked?.event === 'permission_request') await agent.approve(asked.data.requestId, 'allow', false);
  await query.over;
}

const programs = ({ dataDir }: AgentHouse): number => {
  const name = `children-${process.pid}.json`;
  return (
    (JSON.parse(readFileSync(join(dataDir, name), 'utf8')) as { children?: unknown[] }).children?.length ?? 0
  );
};

describe('more queries than may run at once', () => {
  it('wait in their order, say their place, and each ends as it should', async () => {
    const house = await openAgentHouse({ limits: { maxRunning: 2, maxQueued: 2 } });
    const all = [];
    for (const name of ['a', 'b', 'c', 'd']) all.push(await ask(house, `${name}.txt`));
    const [first, second, third, fourth] = all as [Followed, Followed, Followed, Followed];
    await expect(ask(house, 'e.txt')).rejects.toMatchObject({ code: 'too_many_queries' });
    await expect.poll(() => [first, second].every(question), { timeout: 30_000 }).toBe(true);
    expect(all.map(places)).toEqual([[], [], [1], [2]]);
    expect([third, fourth].map(({ events }) => events.map(({ event }) => event))).toEqual([
      ['started', 'queued'],
      ['started', 'queued'],
    ]);
    expect(programs(house)).toBeLessThanOrEqual(2);

    await answer(house, second);
    await answer(house, third);
    await answer(house, first);
    await answer(house, fourth);
    expect(all.map(places)).toEqual([[], [], [1, 0], [2, 1, 0]]);
    expect(all.map((query) => last(query)?.event)).toEqual(['result', 'result', 'result', 'result']);
  });

  it('can be stopped while they wait, and are counted though nobody listens', async () => {
    const house = await openAgentHouse({ limits: { maxRunning: 1, maxQueued: 5, unheardMs: 1_500 } });
    const { agent, workspace } = house;
    const running = await ask(house, 'a.txt');
    const waits = await ask(house, 'b.txt');
    await agent.start({ prompt: 'Create a file c.txt with `text`', workspace });
    const behind = await ask(house, 'd.txt');
    await expect.poll(() => places(behind)).toEqual([3]);
    await agent.cancel(waits.queryId);
    await waits.over;
    expect(last(waits)).toMatchObject({ event: 'error', data: { code: 'query_cancelled' } });
    // The one nobody listens to goes as well, and its place with it.
    await expect.poll(() => places(behind), { timeout: 10_000 }).toEqual([3, 2, 1]);
    await answer(house, running);
    await answer(house, behind);
    expect(last(behind)?.event).toBe('result');
  });
});

describe('a query that fails before it begins', () => {
  /** @param once what the first look at which queries waited comes to */
  async function openWith(once: (agent: Agent) => void, warm = false) {
    const house = await openAgentHouse();
    const { documents } = house.store;
    let isFirst = true;
    const agent: Agent = await house.restart({
      warm,
      limits: { maxRunning: 1, maxQueued: 0 },
      documents: {
        ...documents,
        read(name) {
          if (name === 'waiting_queries' && isFirst) {
            isFirst = false;
            once(agent);
          }
          return documents.read(name);
        },
      },
    });
    return { ...house, agent };
  }
  const fail = (): never => {
    throw Object.assign(new Error('permission denied'), { code: 'EACCES' });
  };

  it('leaves its place to the next one', async () => {
    const { agent, workspace } = await openWith(fail);
    await expect(agent.start({ prompt: 'Hello', workspace })).rejects.toThrow('permission denied');
    const heard = await hear(agent, { prompt: 'Hello', workspace });
    expect(heard.events.at(-1)?.event).toBe('result');
  });

  it('leaves no program behind that it had taken', async () => {
    const { agent, dataDir } = await openWith(fail, true);
    const spare = await vi.waitUntil(() => recorded(dataDir)[0], { timeout: 30_000 });
    await expect(agent.start({ prompt: 'Hello' })).rejects.toThrow('permission denied');
    await expect.poll(() => recorded(dataDir).map(({ pid }) => pid)).not.toContain(spare.pid);
  });

  it('does not begin where Postern stopped meanwhile', async () => {
    const closing: Promise<void>[] = [];
    const { agent } = await openWith((stopped) => closing.push(stopped.close()));
    await expect(agent.start({ prompt: 'Hello' })).rejects.toMatchObject({ code: 'not_running' });
    await Promise.all(closing);
  });
});

/** A service in a thread of its own, so that its work is not taken for ours; answers in a word whatever it is sent. */
async function startService(): Promise<string> {
  const worker = new Worker(
    `const { parentPort } = require('node:worker_threads');
    const event = (data) => 'event: ' + data.type + '\\ndata: ' + JSON.stringify(data) + '\\n\\n';
    const message = { id: 'm', type: 'message', role: 'assistant', content: [], model: 'claude-test',
      stop_reason: null, stop_sequence: null, usage: { input_tokens: 1, output_tokens: 1 } };
    const answer = [
      { type: 'message_start', message },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Seen.' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 2 } },
      { type: 'message_stop' },
    ].map(event).join('');
    require('node:http').createServer((incoming, outgoing) => {
      incoming.resume();
      incoming.once('end', () => outgoing.writeHead(200, { 'content-type': 'text/event-stream' }).end(answer));
    }).listen(0, '127.0.0.1', function () { parentPort.postMessage('http://127.0.0.1:' + this.address().port); });`,
    { eval: true },
  );
  onTestFinished(async () => void (await worker.terminate()));
  const [url] = (await once(worker, 'message')) as [string];
  return url;
}

/** The most of its own time that this thread spends in one go, in milliseconds: a machine busy with something else does not count. */
function longestTurn(): () => Promise<number> {
  let isOver = false;
  let longestMs = 0;
  const ticking = (async () => {
    while (!isOver) {
      const before = process.threadCpuUsage();
      await new Promise((resolve) => setTimeout(resolve, 1));
      const { user, system } = process.threadCpuUsage(before);
      longestMs = Math.max(longestMs, (user + system) / 1000);
    }
  })();
  return async () => {
    isOver = true;
    await ticking;
    return longestMs;
  };
}

describe('as much as may run and be attached at once', () => {
  it('never holds up everything else for long', async () => {
    const dispatcher = new Dispatcher();
    const house = await openAgentHouse({ limits: { maxRunning: 4 } });
    // What large files may cost at most would reach the usual cap.
    const { fallback } = house.settings.read();
    house.settings.update({ fallback: { ...fallback, capUsdPerDay: null } });
    const gateway = await createGateway({
      apiBaseUrl: await startService(),
      selection: house.selection,
      ledger: house.ledger,
      dispatcher,
      clock: Date.now,
      log: () => undefined,
    });
    onTestFinished(async () => {
      await gateway.close();
      await dispatcher.destroy();
    });
    const agent = await house.restart({ gateway });
    const path = join(house.workspace, 'large.pdf');
    writeFileSync(path, Buffer.alloc(20_000_000, 'postern'));
    const run = (attachments: { path: string }[]) =>
      hear(agent, { prompt: 'Look', workspace: house.workspace, attachments });
    // The SDK is loaded with the first program, which is before anybody asks for anything.
    await run([]);
    const longest = longestTurn();
    const all = await Promise.all(Array.from({ length: 6 }, () => run([{ path }])));
    // 68 to 140 ms on 2 cores with 7 programs waiting for them. One attachment put together or encoded in one go takes more than this.
    expect(await longest()).toBeLessThan(200);
    expect(all.map(({ events }) => events.at(-1)?.event)).toEqual(all.map(() => 'result'));
  });
});
