import type { Benchmark, Row } from '../benchmark.ts';
import { createLoad, type Load, type Target } from '../harness/load.ts';
import { median } from '../harness/median.ts';
import { percentile } from '../harness/percentile.ts';
import { atMost, ratioAtLeast, ratioAtMost, rowOf } from '../harness/row-of.ts';
import { type Program, startProgram } from '../harness/start-program.ts';

/** Streams of a burst, and events of each. */
const bursts = [
  { streams: 256, events: 100 },
  { streams: 1_000, events: 25 },
] as const;
const usualBursts = 20;
const warmUpBursts = 3;
const usualCalls = 400;
const warmUpCalls = 100;
const atOnce = 16;
const paced = { streams: 100, events: 100, paceMs: 20 };
const usualPaced = 5;
const mostAddedMs = 1.5;
const leastShare = 0.8;
const peerName = 'bare proxy (undici)';
const mostDoorways = Math.max(...bursts.map(({ streams }) => streams));

/** What the gateway costs: added time to the first byte of a call, alone and among others, and many streams at once. */
export const gateway: Benchmark = {
  name: 'gateway',
  how: `Upstream, gateway and proxy each in a process of their own, the load from here. A request of 60 kB, to upstream, gateway and proxy in turn; added time is against the median of upstream itself, p99 is of 100 calls the slowest but one. Streams at once have a query and a connection each, gateway and proxy in turn; a byte or an event that is lost ends the benchmark. ${paced.streams} streams get an event every ${paced.paceMs} ms; what counts is how much later than that the next one came.`,
  async run({ rounds }) {
    await using upstream = await startProgram<{ readonly url: string }>('upstream');
    const order = { upstreamUrl: upstream.ready.url, doorways: mostDoorways };
    await using ours = await startProgram<Target>('gateway', order);
    await using peer = await startProgram<{ readonly url: string }>('proxy', order);
    const loads = {
      direct: createLoad({ ...upstream.ready, secrets: [''] }),
      ours: createLoad(ours.ready),
      peer: createLoad({ ...peer.ready, secrets: [''] }),
    };
    try {
      const alone = await firstBytes(loads, 1, rounds ?? usualCalls, warmUpCalls);
      const among = await firstBytes(loads, atOnce, rounds ?? usualCalls / 4, warmUpCalls / atOnce);
      const rows = [...alone, ...among];
      for (const burst of bursts)
        rows.push(...(await throughput(loads, burst, rounds ?? usualBursts, ours, peer)));
      rows.push(await lateness(loads, rounds ?? usualPaced));
      return rows;
    } finally {
      for (const load of Object.values(loads)) load.close();
    }
  },
};

type Loads = Readonly<Record<'direct' | 'ours' | 'peer', Load>>;

const p99 = (values: readonly number[]): number => percentile(values, 0.99);

/** Added time to the first byte of so many calls at once: the median, and the 99th percentile. */
async function firstBytes(
  loads: Loads,
  calls: number,
  rounds: number,
  warmUps: number,
): Promise<readonly Row[]> {
  const times: Record<keyof Loads, number[]> = { direct: [], ours: [], peer: [] };
  let which = 0;
  for (let round = -warmUps; round < rounds; round += 1) {
    for (const side of ['direct', 'ours', 'peer'] as const) {
      const load = loads[side];
      const took = await Promise.all(
        Array.from({ length: calls }, () => {
          which += 1;
          return load.stream(1, which);
        }),
      );
      if (round >= 0) times[side].push(...took.map(({ firstByteMs }) => firstByteMs));
    }
  }
  const directMs = median(times.direct);
  const measured = {
    unit: 'ms' as const,
    ours: times.ours.map((ms) => ms - directMs),
    peer: { name: peerName, values: times.peer.map((ms) => ms - directMs) },
  };
  const what = calls === 1 ? 'added time to the first byte' : `the same, ${calls} at once`;
  return [
    rowOf({ ...measured, what, ...(calls === 1 ? { bound: atMost(mostAddedMs, 'ms') } : {}) }),
    rowOf({ ...measured, what: `${what}, p99`, statistic: p99, bound: ratioAtMost(calls === 1 ? 2 : 1.5) }),
  ];
}

async function throughput(
  loads: Loads,
  { streams, events }: (typeof bursts)[number],
  rounds: number,
  ...programs: [Program<unknown>, Program<unknown>]
): Promise<readonly Row[]> {
  const rates: [number[], number[]] = [[], []];
  const work: [number[], number[]] = [[], []];
  for (let round = -warmUpBursts; round < rounds; round += 1) {
    for (const [at, load] of [loads.ours, loads.peer].entries()) {
      const program = programs[at] ?? programs[0];
      const before = await program.ask<{ readonly cpuMs: number }>({});
      const ms = await load.burst(streams, events);
      const after = await program.ask<{ readonly cpuMs: number }>({});
      if (round < 0) continue;
      rates[at]?.push((streams / ms) * 1000);
      work[at]?.push((after.cpuMs - before.cpuMs) / streams);
    }
  }
  return [
    rowOf({
      what: `throughput of ${streams} streams of ${events} events at once`,
      unit: 'streams/s',
      ours: rates[0],
      peer: { name: peerName, values: rates[1] },
      bound: ratioAtLeast(leastShare),
    }),
    rowOf({
      what: 'processor time of such a stream',
      unit: 'ms',
      ours: work[0],
      peer: { name: peerName, values: work[1] },
    }),
  ];
}

/** How late the pieces of paced streams come, at the worst of a hundred. */
async function lateness(loads: Loads, rounds: number): Promise<Row> {
  const { streams, events, paceMs } = paced;
  const late: Record<'ours' | 'peer', number[]> = { ours: [], peer: [] };
  for (let round = -1; round < rounds; round += 1) {
    for (const side of ['ours', 'peer'] as const) {
      const { gapsMs } = await loads[side].paced(streams, events, paceMs);
      if (round >= 0) for (const gap of gapsMs) late[side].push(gap - paceMs);
    }
  }
  return rowOf({
    what: `lateness of an event, ${streams} streams at a pace of ${paceMs} ms, none lost, p99`,
    unit: 'ms',
    ours: late.ours,
    peer: { name: peerName, values: late.peer },
    statistic: p99,
  });
}
