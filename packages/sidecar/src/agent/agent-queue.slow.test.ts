import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { QueryEvent } from '@postern/contract';
import { describe, expect, it } from 'vitest';
import { type AgentHouse, openAgentHouse } from './test/agent-house.ts';

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
