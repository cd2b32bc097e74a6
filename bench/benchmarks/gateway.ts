import type { Benchmark, Row } from '../benchmark.ts';
import { createLoad, type Load, type Target } from '../harness/load.ts';
import { median } from '../harness/median.ts';
import { atMost, rowOf } from '../harness/row-of.ts';
import { type Program, startProgram } from '../harness/start-program.ts';

const streams = 256;
const eventsOfAStream = 100;
const bursts = 20;
const calls = 400;
const warmUpCalls = 100;
const warmUpBursts = 3;
const mostAddedMs = 1.5;
const leastShare = 0.8;
const peerName = 'bare proxy (undici)';

/** What the gateway costs: added time to the first byte of one call, and throughput of many streams at once. */
export const gateway: Benchmark = {
  name: 'gateway',
  how: `Upstream, gateway and proxy each in a process of their own, the load from here. A request of 60 kB; one call after the other to upstream, gateway and proxy in turn, added time against upstream itself. ${streams} streams at once of ${eventsOfAStream} events each, each with its own query and connection, gateway and proxy in turn.`,
  async run() {
    await using upstream = await startProgram<{ readonly url: string }>('upstream');
    const order = { upstreamUrl: upstream.ready.url, doorways: streams };
    await using ours = await startProgram<Target>('gateway', order);
    await using peer = await startProgram<{ readonly url: string }>('proxy', order);
    const loads = {
      direct: createLoad({ ...upstream.ready, secrets: [''] }),
      ours: createLoad(ours.ready),
      peer: createLoad({ ...peer.ready, secrets: [''] }),
    };
    try {
      return [await addedTime(loads), ...(await throughput(loads, ours, peer))];
    } finally {
      for (const load of Object.values(loads)) load.close();
    }
  },
};

type Loads = Readonly<Record<'direct' | 'ours' | 'peer', Load>>;

async function addedTime(loads: Loads): Promise<Row> {
  const [direct, ours, peer]: [number[], number[], number[]] = [[], [], []];
  for (let call = -warmUpCalls; call < calls; call += 1) {
    const took = [
      await loads.direct.stream(1),
      await loads.ours.stream(1, call + warmUpCalls),
      await loads.peer.stream(1),
    ];
    if (call < 0) continue;
    for (const [at, values] of [direct, ours, peer].entries())
      values.push(took[at]?.firstByteMs ?? Number.NaN);
  }
  const directMs = median(direct);
  return rowOf({
    what: 'added time to the first byte',
    unit: 'ms',
    ours: ours.map((ms) => ms - directMs),
    peer: { name: peerName, values: peer.map((ms) => ms - directMs) },
    bound: atMost(mostAddedMs, 'ms'),
  });
}

async function throughput(
  loads: Loads,
  ...programs: [Program<unknown>, Program<unknown>]
): Promise<readonly Row[]> {
  const rates: [number[], number[]] = [[], []];
  const work: [number[], number[]] = [[], []];
  for (let burst = -warmUpBursts; burst < bursts; burst += 1) {
    for (const [at, load] of [loads.ours, loads.peer].entries()) {
      const program = programs[at] ?? programs[0];
      const before = await program.ask<{ readonly cpuMs: number }>({});
      const ms = await load.burst(streams, eventsOfAStream);
      const after = await program.ask<{ readonly cpuMs: number }>({});
      if (burst < 0) continue;
      rates[at]?.push((streams / ms) * 1000);
      work[at]?.push((after.cpuMs - before.cpuMs) / streams);
    }
  }
  return [
    rowOf({
      what: `throughput of ${streams} streams at once`,
      unit: 'streams/s',
      ours: rates[0],
      peer: { name: peerName, values: rates[1] },
      bound: (ours, peer) => ({ text: `ratio ≥ ${leastShare.toFixed(2)}`, met: ours / peer >= leastShare }),
    }),
    rowOf({
      what: 'processor time of a stream',
      unit: 'ms',
      ours: work[0],
      peer: { name: peerName, values: work[1] },
    }),
  ];
}
