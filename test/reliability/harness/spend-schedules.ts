import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FallbackPolicy, Receipt } from '@postern/contract';
import { createLedger } from '../../../packages/sidecar/src/ledger/index.ts';
import { openStore } from '../../../packages/sidecar/src/store/index.ts';
import { ownPrices, type ServedCall, startBookedService } from './booked-service.ts';
import { type SpendOrder, SpendProcesses } from './spend-processes.ts';

/** What a run of schedules showed. Every difference has thrown. */
export interface SpendFigures {
  readonly schedules: number;
  readonly calls: number;
  readonly kills: number;
  readonly restarts: number;
  /** Turns of which something was never reported. */
  readonly notReported: number;
  /** Calls that no kill and no cancel kept from being sent. */
  readonly heldByCap: number;
  readonly spentUsd: number;
}

/** Schedules at a time: as many as the smallest machine has cores. */
const lanes = 2;
/** Of the orders; a process that was killed is replaced, which costs five orders. */
const killed = 0.05;

/** Random numbers of a seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Runs random schedules of turns, caps, errors, cuts, cancels, kills and restarts over 1 to 8 processes on one ledger, against a service that
 * keeps its own book of every call it served, and compares the books after each.
 * @throws Error with seed and schedule where they differ, or where more was spent than a cap
 */
export async function runSpendSchedules(options: {
  readonly runs: number;
  readonly seed: number;
  /** Called after each schedule with how many are done. */
  readonly onProgress?: (done: number) => void;
}): Promise<SpendFigures> {
  using processes = await SpendProcesses.open();
  await using empty = await emptyDataDir();
  const sum = { schedules: 0, calls: 0, kills: 0, restarts: 0, notReported: 0, heldByCap: 0, spentUsd: 0 };
  let next = 0;
  const runLane = async (): Promise<void> => {
    while (next < options.runs) {
      const seed = (options.seed + next) >>> 0;
      next += 1;
      try {
        const figures = await runOne(processes, empty.path, randomOf(seed));
        sum.schedules += 1;
        sum.calls += figures.calls;
        sum.kills += figures.kills;
        sum.restarts += figures.restarts;
        sum.notReported += figures.notReported;
        sum.heldByCap += figures.heldByCap;
        sum.spentUsd += figures.spentUsd;
        options.onProgress?.(sum.schedules);
      } catch (error) {
        throw new Error(`spend schedule of seed ${seed}: ${error instanceof Error ? error.message : error}`);
      }
    }
  };
  await Promise.all(Array.from({ length: lanes }, runLane));
  return sum;
}

/** A data directory whose database is made and holds nothing: each schedule begins with a copy. */
async function emptyDataDir(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = mkdtempSync(join(tmpdir(), 'postern-spend-'));
  const log = (): void => undefined;
  const store = await openStore({
    ...{ dataDir: path, kind: 'memory', clock: Date.now, log },
    passphrase: async () => null,
  });
  await store.close();
  return {
    path,
    [Symbol.asyncDispose]: async () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }),
  };
}

async function runOne(
  processes: SpendProcesses,
  empty: string,
  random: () => number,
): Promise<Omit<SpendFigures, 'schedules'>> {
  const upTo = (most: number): number => Math.floor(random() * (most + 1));
  const served: ServedCall[] = [];
  await using upstream = await startBookedService(random, served);
  const dataDir = mkdtempSync(join(tmpdir(), 'postern-spend-'));
  try {
    cpSync(empty, dataDir, { recursive: true });
    const capUsd = 0.05 + random() * 1.5;
    const caps: Partial<FallbackPolicy> = {
      capUsdPerDay: capUsd,
      ...(random() < 0.3 ? { capUsdPerMonth: capUsd * (0.5 + random()) } : {}),
      ...(random() < 0.3 ? { capUsdPerTurn: capUsd * (0.3 + random()) } : {}),
      ...(random() < 0.3 ? { capUsdPerWorkspacePerDay: capUsd * (0.5 + random()) } : {}),
    };
    const place = { dataDir, upstreamUrl: upstream.url, caps };
    const cutOff = new Set<string>();
    const unhindered: string[] = [];
    let kills = 0;
    let restarts = 0;
    const runProcess = async (name: string): Promise<void> => {
      const order = planOrder(place, name, random);
      const wasKilled = await processes.run(order, random() < killed ? upTo(400) : null);
      for (const { queryId, cancelAfterMs, calls } of order.turns)
        if (cancelAfterMs !== null || wasKilled) cutOff.add(queryId);
        else unhindered.push(...calls.map(({ id }) => id));
      if (!wasKilled) return;
      kills += 1;
      if (random() < 0.5) return;
      restarts += 1;
      await runProcess(`${name}r`);
    };
    await Promise.all(
      // Few more often than many.
      Array.from({ length: 1 + Math.floor(8 * random() ** 2) }, async (_, process) => {
        await sleep(upTo(200));
        await runProcess(`q${process}`);
      }),
    );
    const arrived = new Set(served.map(({ id }) => id));
    return {
      ...(await compare(dataDir, caps, served, cutOff)),
      ...{ calls: served.length, kills, restarts },
      heldByCap: unhindered.filter((id) => !arrived.has(id)).length,
    };
  } finally {
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** One to four turns of one to five calls. */
function planOrder(
  place: Pick<SpendOrder, 'dataDir' | 'upstreamUrl' | 'caps'>,
  name: string,
  random: () => number,
): SpendOrder {
  const upTo = (most: number): number => Math.floor(random() * (most + 1));
  const models = Object.keys(ownPrices);
  return {
    ...place,
    patienceMs: random() < 0.5 ? 0 : 50,
    turns: Array.from({ length: 1 + upTo(3) }, (_, turn) => {
      const queryId = `${name}.${turn}`;
      return {
        queryId,
        cancelAfterMs: random() < 0.2 ? upTo(60) : null,
        calls: Array.from({ length: 1 + upTo(4) }, (__, call) => ({
          id: `${queryId}.${call}`,
          model: models[upTo(models.length - 1)] ?? '',
          maxTokens: 1 + upTo(4000),
          prompt: 'x'.repeat(upTo(3000)),
        })),
      };
    }),
  };
}

/** The books against each other, and both against the caps. */
async function compare(
  dataDir: string,
  caps: Partial<FallbackPolicy>,
  served: readonly ServedCall[],
  cutOff: ReadonlySet<string>,
): Promise<{ readonly notReported: number; readonly spentUsd: number }> {
  const log = (): void => undefined;
  const store = await openStore({
    ...{ dataDir, kind: 'memory', clock: Date.now, log },
    passphrase: async () => null,
  });
  try {
    const ledger = createLedger({ sql: store.sql, clock: Date.now, log });
    ledger.recover();
    const receipts = ledger.receipts({ limit: 1000, before: null }).items;
    const byTurn = Map.groupBy(receipts, ({ queryId }) => queryId);
    const theirs = Map.groupBy(served, ({ queryId }) => queryId);
    let notReported = 0;
    for (const [queryId, calls] of theirs) {
      const ours = byTurn.get(queryId) ?? [];
      const booked = sumOf(ours, ({ costUsd }) => costUsd);
      const open = sumOf(ours, ({ notReportedUsd = 0 }) => notReportedUsd);
      const told = calls.reduce((sum, call) => sum + (call.isTold ? call.nano : 0), 0);
      const all = calls.reduce((sum, call) => sum + call.nano, 0);
      if (open === 0 && booked !== told)
        throw new Error(`turn ${queryId}: the stand-in served ${told}, the receipts say ${booked}`);
      if (booked > all || all > booked + open)
        throw new Error(`turn ${queryId}: ${all} was served, ${booked} is booked and ${open} stands open`);
      if (open > 0) notReported += 1;
    }
    for (const [queryId, ours] of byTurn) {
      // A call that was cut off on its way may have been served for all that we know.
      const isUnknown = ours.every(({ costUsd, notReportedUsd = 0 }) => costUsd === 0 && notReportedUsd > 0);
      if (!theirs.has(queryId) && !(isUnknown && cutOff.has(queryId)))
        throw new Error(`turn ${queryId} has a receipt and was never served`);
    }
    const spent = served.reduce((sum, { nano }) => sum + nano, 0);
    for (const cap of [caps.capUsdPerDay, caps.capUsdPerMonth, caps.capUsdPerWorkspacePerDay])
      if (cap != null && spent > cap * 1e9) throw new Error(`${spent} was spent under a cap of ${cap * 1e9}`);
    for (const [queryId, calls] of theirs) {
      const turn = calls.reduce((sum, { nano }) => sum + nano, 0);
      if (caps.capUsdPerTurn != null && turn > caps.capUsdPerTurn * 1e9)
        throw new Error(`turn ${queryId} spent ${turn} under a cap of ${caps.capUsdPerTurn * 1e9}`);
    }
    const counted = Math.round((ledger.spentTodayUsd() + ledger.reservedTodayUsd()) * 1e9);
    const inReceipts = sumOf(receipts, ({ costUsd, notReportedUsd = 0 }) => costUsd + notReportedUsd);
    if (counted !== inReceipts)
      throw new Error(`the caps count ${counted}, the receipts add up to ${inReceipts}`);
    return { notReported, spentUsd: spent / 1e9 };
  } finally {
    await store.close();
  }
}

function sumOf(receipts: readonly Receipt[], usd: (receipt: Receipt) => number): number {
  return receipts.reduce((sum, receipt) => sum + Math.round(usd(receipt) * 1e9), 0);
}
