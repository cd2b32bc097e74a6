import { expect, it, onTestFinished, vi } from 'vitest';
import { nothingLoaded } from '../../trust/index.ts';
import type { AgentChild } from './agent-child.ts';
import { agentLimits } from './agent-limits.ts';
import { ChildPool } from './child-pool.ts';
import type { ChildSpec, WarmSpec } from './child-spec.ts';
import { gatewayProfile } from './launch-profile.ts';

const wish: WarmSpec = {
  ...{ workspace: '/projects', model: null, permissionMode: 'default', profile: gatewayProfile },
  loaded: { ...nothingLoaded, serversLeftOut: [] },
};
const spec: ChildSpec = { ...wish, workspace: '/projects', conversationId: 'one', resumes: false };

/** A program without a process. */
class PlayedChild {
  readonly spec: ChildSpec;
  alive = true;
  isWhole = true;
  /** US dollars after which it stops. */
  budgetUsd: number | null = null;
  hasBudget = (budgetUsd: number | null): boolean => budgetUsd === this.budgetUsd;
  readonly exited = new Promise<void>(() => undefined);
  constructor(of: ChildSpec) {
    this.spec = of;
  }
  prepare: () => Promise<void> = async () => undefined;
  close = async (): Promise<void> => {
    this.alive = false;
  };
}

function poolOf() {
  const opened: PlayedChild[] = [];
  const discarded: string[] = [];
  const open = async (of: ChildSpec): Promise<AgentChild> => {
    const child = new PlayedChild(of);
    opened.push(child);
    return child as unknown as AgentChild;
  };
  const pool = new ChildPool({
    open,
    newSpec: async () => spec,
    nextWarmSpec: async () => wish,
    discard: async ({ conversationId }) => {
      discarded.push(conversationId);
    },
    limits: agentLimits,
    warm: () => true,
    keep: () => true,
    isMemoryShort: async () => false,
    log: () => undefined,
  });
  onTestFinished(() => pool.close());
  return { pool, opened, discarded };
}

it('hands over no spare whose MCP server was lost or late, and starts another in its place', async () => {
  const { pool, opened } = poolOf();
  const renewed = async (count: number) => {
    pool.renewSpare(0);
    await vi.waitFor(() => expect(opened).toHaveLength(count));
  };
  await renewed(1);
  for (const child of opened) child.isWhole = false;
  expect(pool.claimSpare(wish)).toBeNull();
  await renewed(2);
  expect(opened.map(({ alive }) => alive)).toEqual([false, true]);
  expect(pool.claimSpare(wish)?.child).toBe(opened[1]);
});

it('goes on with no waiting program whose MCP server was lost or late', async () => {
  const { pool, opened } = poolOf();
  const first = await pool.take(spec);
  pool.release(first);
  expect(await pool.take(spec)).toBe(first);
  pool.release(first);
  for (const child of opened) child.isWhole = false;
  expect(await pool.take(spec)).toBe(opened[1]);
  expect(opened.map(({ alive }) => alive)).toEqual([false, true]);
});

it('looks at its servers again once a waiting program is ready', async () => {
  const { pool, opened } = poolOf();
  await pool.prewarm(spec, wish);
  const taken = pool.take(spec);
  for (const child of opened) child.isWhole = false;
  expect(await taken).toBe(opened[1]);
});

it('keeps no program whose budget is another than the turn may spend', async () => {
  const { pool, opened } = poolOf();
  const child = await pool.take(spec);
  pool.release(child);
  expect(await pool.take({ ...spec, maxBudgetUsd: null })).toBe(child);
  pool.release(child);
  expect(await pool.take({ ...spec, maxBudgetUsd: 4.2 })).toBe(opened[1]);
  expect(opened[0]?.alive).toBe(false);
});

it('goes on with a turn that was cut off in a new program', async () => {
  const { pool, opened } = poolOf();
  pool.release(await pool.take(spec));
  expect(await pool.take({ ...spec, continuesTurn: true })).toBe(opened[1]);
});

it('has the spare wait for a reserved conversation that it fits, and starts no other meanwhile', async () => {
  const { pool, opened } = poolOf();
  pool.renewSpare(0);
  await vi.waitFor(() => expect(opened).toHaveLength(1));
  expect(pool.reserveSpare({ ...wish, workspace: '/elsewhere' })).toBeNull();
  expect(pool.reserveSpare(wish)).toBe(spec);
  pool.renewSpare(0);
  expect(pool.reserveSpare(wish)).toBeNull();
  expect(await pool.take(spec)).toBe(opened[0]);
  expect(opened).toHaveLength(1);
  pool.renewSpare(0);
  await vi.waitFor(() => expect(opened).toHaveLength(2));
});

it('keeps the program of a reserved conversation that was given up for the next one', async () => {
  const { pool, opened, discarded } = poolOf();
  await pool.prewarm(spec, wish);
  expect(pool.giveUp('one')).toBe(true);
  expect(pool.giveUp('one')).toBe(false);
  expect(pool.claimSpare(wish)?.child).toBe(opened[0]);
  expect(discarded).toEqual([]);
});

it('ends the program of a conversation that was given up where a spare waits already', async () => {
  const { pool, opened, discarded } = poolOf();
  pool.renewSpare(0);
  await vi.waitFor(() => expect(opened).toHaveLength(1));
  await pool.prewarm(spec, wish);
  expect(opened).toHaveLength(2);
  pool.giveUp('one');
  await vi.waitFor(() => expect(discarded).toEqual(['one']));
  expect(opened.map(({ alive }) => alive)).toEqual([true, false]);
});

it('has one program for all conversations that were reserved, the newest one’s', async () => {
  const { pool, opened } = poolOf();
  await pool.prewarm(spec, wish);
  await pool.prewarm({ ...spec, conversationId: 'two' }, wish);
  expect(opened.map(({ alive }) => alive)).toEqual([false, true]);
  await Promise.all(
    ['three', 'four'].map((conversationId) => pool.prewarm({ ...spec, conversationId }, wish)),
  );
  expect(opened.map(({ alive }) => alive)).toEqual([false, false, false, true]);
});
