import type { Benchmark, Row } from '../benchmark.ts';
import { createLoad, type Load, type Target } from '../harness/load.ts';
import { median } from '../harness/median.ts';
import { percentile } from '../harness/percentile.ts';
import { atMost, type Measured, ratioAtLeast, ratioAtMost, rowOf } from '../harness/row-of.ts';
import { type Program, startProgram } from '../harness/start-program.ts';

/** Streams of a burst, and events of each. */
const bursts = [
  { streams: 256, events: 100 },
  { streams: 1_000, events: 25 },
] as const;
const usualBursts = 20;
const warmUpBursts = 3;
const usualCalls = 400;
/** A sidecar runs for days: its code is compiled. */
const warmUpCalls = 1_000;
const atOnce = 16;
const paced = { streams: 100, events: 100, paceMs: 20 };
const usualPaced = 5;
const mostAddedMs = 1.5;
const leastShare = 0.8;
const peerName = 'bare proxy (undici)';
const floorName = 'floor: such a proxy that knows what a call may cost and has cost, and writes both down';
const mostDoorways = Math.max(...bursts.map(({ streams }) => streams));

/** What the gateway costs: added time to the first byte of a call, alone and among others, and many streams at once. */
export const gateway: Benchmark = {
  name: 'gateway',
  how: `Upstream, gateway and proxy each in a process of their own, the load from here. A request of 60 kB, to upstream, gateway, proxy and floor in turn; added time is against the median of upstream itself, p99 is of 100 calls the slowest but one. A gateway keeps an answer back until there is text in it, the others pass the event before that on: what the user sees is the first text. Streams at once have a query and a connection each, gateway, proxy and floor in turn; a byte or an event that is lost ends the benchmark. The floor is no gateway: the proxy made with the fastest of undici, which reads a request whole and as JSON, writes the call into a database before it sends it and settles it before its answer ends by the tokens that the answer names, and tells the disk; what a gateway with a cap costs at least. ${paced.streams} streams get an event every ${paced.paceMs} ms; what counts is how much later than that the next one came.`,
  async run({ rounds }) {
    await using upstream = await startProgram<{ readonly url: string }>('upstream');
    const order = { upstreamUrl: upstream.ready.url, doorways: mostDoorways };
    await using ours = await startProgram<Target>('gateway', order);
    await using peer = await startProgram<{ readonly url: string }>('proxy', order);
    await using floor = await startProgram<{ readonly url: string }>('floor', order);
    const loads = {
      direct: createLoad({ ...upstream.ready, secrets: [''] }),
      ours: createLoad(ours.ready),
      peer: createLoad({ ...peer.ready, secrets: [''] }),
      floor: createLoad({ ...floor.ready, secrets: [''] }),
    };
    try {
      const alone = { calls: 1, rounds: rounds ?? usualCalls, warmUps: warmUpCalls };
      const among = { calls: atOnce, rounds: rounds ?? usualCalls / 4, warmUps: warmUpCalls / atOnce };
      const first = { ...alone, warmUps: 0 };
      const rows = [
        ...(await addedTimes(loads, 'a call', alone)),
        ...(await addedTimes(loads, 'the first call of a query', first, (round) => atOnce + round)),
        ...(await addedTimes(loads, `${atOnce} calls at once`, among)),
      ];
      for (const burst of bursts)
        rows.push(...(await throughput(loads, burst, rounds ?? usualBursts, { ours, peer, floor })));
      rows.push(await lateness(loads, rounds ?? usualPaced));
      return rows;
    } finally {
      for (const load of Object.values(loads)) load.close();
    }
  },
};

const sides = ['ours', 'peer', 'floor'] as const;
type Side = (typeof sides)[number];
type Loads = Readonly<Record<'direct' | Side, Load>>;

/** What was measured of each side, in the same rounds. */
const noFigures = (): Record<Side, number[]> => ({ ours: [], peer: [], floor: [] });

const p99 = (values: readonly number[]): number => percentile(values, 0.99);

/** Added time to the first byte and to the first text of so many calls at once, each of a query of its own, which `queryOf` names by the round. */
async function addedTimes(
  loads: Loads,
  what: string,
  { calls, rounds, warmUps }: Readonly<Record<'calls' | 'rounds' | 'warmUps', number>>,
  queryOf: (round: number, call: number) => number = (_, call) => call,
): Promise<readonly Row[]> {
  const bytes: Record<keyof Loads, number[]> = { direct: [], ...noFigures() };
  const texts: Record<keyof Loads, number[]> = { direct: [], ...noFigures() };
  for (let round = -warmUps; round < rounds; round += 1) {
    for (const side of ['direct', ...sides] as const) {
      const took = await Promise.all(
        Array.from({ length: calls }, (_, call) => loads[side].stream(1, queryOf(round + warmUps, call))),
      );
      if (round < 0) continue;
      bytes[side].push(...took.map(({ firstByteMs }) => firstByteMs));
      texts[side].push(...took.map(({ firstTextMs }) => firstTextMs));
    }
  }
  const added = (times: typeof bytes, side: Side): readonly number[] => {
    const directMs = median(times.direct);
    return times[side].map((ms) => ms - directMs);
  };
  const row = (
    to: string,
    times: typeof bytes,
    peer: 'peer' | 'floor',
    more: Pick<Measured, 'statistic' | 'bound'> = {},
  ): Row =>
    rowOf({
      ...{ unit: 'ms', what: `${what}, added time to the first ${to}`, ours: added(times, 'ours') },
      peer: { name: peer === 'peer' ? peerName : floorName, values: added(times, peer) },
      ...more,
    });
  const isAlone = calls === 1;
  return [
    row('byte', bytes, 'peer', isAlone ? { bound: atMost(mostAddedMs, 'ms') } : {}),
    row('byte, p99', bytes, 'peer', { statistic: p99, bound: ratioAtMost(isAlone ? 2 : 1.5) }),
    row('text', texts, 'peer'),
    row('text', texts, 'floor'),
  ];
}

async function throughput(
  loads: Loads,
  { streams, events }: (typeof bursts)[number],
  rounds: number,
  programs: Readonly<Record<Side, Program<unknown>>>,
): Promise<readonly Row[]> {
  const rates = noFigures();
  const work = noFigures();
  for (let round = -warmUpBursts; round < rounds; round += 1) {
    for (const side of sides) {
      const program = programs[side];
      const before = await program.ask<{ readonly cpuMs: number }>({});
      const ms = await loads[side].burst(streams, events);
      const after = await program.ask<{ readonly cpuMs: number }>({});
      if (round < 0) continue;
      rates[side].push((streams / ms) * 1000);
      work[side].push((after.cpuMs - before.cpuMs) / streams);
    }
  }
  const rate = { unit: 'streams/s' as const, peer: { name: peerName, values: rates.peer } };
  const cpu = { unit: 'ms' as const, peer: { name: peerName, values: work.peer } };
  const what = `throughput of ${streams} streams of ${events} events at once`;
  return [
    rowOf({ ...rate, what, ours: rates.ours, bound: ratioAtLeast(leastShare) }),
    rowOf({ ...rate, what: `${what}, ${floorName}`, ours: rates.floor }),
    rowOf({ ...cpu, what: 'processor time of such a stream', ours: work.ours }),
    rowOf({ ...cpu, what: `processor time of such a stream, ${floorName}`, ours: work.floor }),
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
