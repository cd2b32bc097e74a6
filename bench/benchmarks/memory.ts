import type { Benchmark, Row } from '../benchmark.ts';
import { buildScripts } from '../harness/build-scripts.ts';
import { foundationBytes } from '../harness/foundations.ts';
import { type IdleMemory, idleMemory } from '../harness/idle-memory.ts';
import { openEventStreams } from '../harness/open-event-streams.ts';
import { atMost, type Measured, rowOf } from '../harness/row-of.ts';
import { liveArguments, sandboxArguments } from '../harness/run-script.ts';
import { startProgram } from '../harness/start-program.ts';
import { startStandIn } from '../harness/start-stand-in.ts';
import type { EventStreamsOrder, EventStreamsReady } from '../programs/event-streams.program.ts';

const usualRuns = 20;
/** Of the first thousand, what answering so many requests leaves behind is weighed as well: compiled code, and a larger young generation. */
const streamCounts = [1, 100, 1_000, 2_000] as const;
const mostSidecarMb = 120;
const mostStreamKb = 100;
const bareName = 'bare node:http';

/** What an idle sidecar holds, and what each idle event stream adds. */
export const memory: Benchmark = {
  name: 'memory',
  how: 'Resident memory of a process of its own, started anew each time. The sidecar at rest: with a saved key and the Agent SDK loaded, after the program that waited beside it was ended (its weight is the peer), and before anybody signed in; as the bundle that a person installs, out of the checkout (which keeps what it compiled from one start to the next, so that its first is left out), and with the sandbox in its process. Streams: Postern’s HTTP edge with its limit of 100 raised, and bare node:http, weighed after the collection that a sidecar makes at rest; and the installed sidecar as it is. The floor: a Node that has loaded the packages that Postern is built on, with and without the Agent SDK.',
  async run({ against, rounds }) {
    using scripts = await buildScripts();
    using olderScripts = against === null ? null : await buildScripts(against);
    await using service = await startStandIn();
    await idleMemory(scripts.checkout, liveArguments, service);
    const [installed, checkout, sandbox]: [IdleMemory[], IdleMemory[], IdleMemory[]] = [[], [], []];
    const older: IdleMemory[] = [];
    const floors: { readonly withSdk: number[]; readonly without: number[] } = { withSdk: [], without: [] };
    const streams: { readonly [S in EventStreamsOrder['side']]: number[][] } = { ours: [], peer: [] };
    for (let run = 0; run < (rounds ?? usualRuns); run += 1) {
      // Side by side: what is weighed is at rest, and nobody's time is taken.
      const [one, two, three, before] = await Promise.all([
        idleMemory(scripts.installed, liveArguments, service),
        idleMemory(scripts.checkout, liveArguments, service),
        idleMemory(scripts.installed, sandboxArguments, service),
        olderScripts === null ? null : idleMemory(olderScripts.installed, liveArguments, service),
      ]);
      installed.push(one);
      checkout.push(two);
      sandbox.push(three);
      if (before !== null) older.push(before);
      floors.withSdk.push(await foundationBytes(true));
      floors.without.push(await foundationBytes(false));
      for (const side of ['ours', 'peer'] as const) streams[side].push(await weighStreams(side));
    }
    return [
      sidecarRow('the idle sidecar, as installed', installed, atMost(mostSidecarMb, 'MB')),
      sidecarRow('the same out of the checkout', checkout, atMost(mostSidecarMb, 'MB')),
      sidecarRow('as installed, with the sandbox in its process', sandbox),
      rowOf({
        what: 'as installed, before anybody signed in',
        unit: 'MB',
        ours: installed.map(({ signedOut }) => signedOut / 1e6),
        peer: { name: 'Node with the same packages', values: floors.without.map((bytes) => bytes / 1e6) },
      }),
      rowOf({
        what: 'the idle sidecar, as installed',
        unit: 'MB',
        ours: installed.map(({ sidecar }) => sidecar / 1e6),
        peer: { name: 'Node with the same packages', values: floors.withSdk.map((bytes) => bytes / 1e6) },
      }),
      ...(older.length === 0 ? [] : olderRows(installed, older)),
      streamRow(streams, 1, 1_000),
      streamRow(streams, 100, 1_000),
      streamRow(streams, 1_000, 2_000),
      rowOf({
        what: 'an idle event stream in the installed sidecar, of 1 to 99',
        unit: 'kB',
        ours: installed.map(({ perStream }) => perStream / 1e3),
        peer: null,
      }),
    ];
  },
};

function sidecarRow(what: string, idle: readonly IdleMemory[], bound?: Measured['bound']): Row {
  return rowOf({
    what,
    unit: 'MB',
    ours: idle.map(({ sidecar }) => sidecar / 1e6),
    peer: {
      name: 'the idle program of the Agent SDK',
      values: idle.map(({ program }) => program / 1e6),
    },
    ...(bound === undefined ? {} : { bound }),
  });
}

/** Beside the older checkout, as installed. */
function olderRows(now: readonly IdleMemory[], before: readonly IdleMemory[]): readonly Row[] {
  const row = (what: string, weight: (idle: IdleMemory) => number): Row =>
    rowOf({
      what,
      unit: 'MB',
      ours: now.map((idle) => weight(idle) / 1e6),
      peer: { name: 'the older checkout', values: before.map((idle) => weight(idle) / 1e6) },
    });
  return [
    row('the idle sidecar, as installed', ({ sidecar }) => sidecar),
    row('before anybody signed in', ({ signedOut }) => signedOut),
  ];
}

type StreamCount = (typeof streamCounts)[number];
type Streams = { readonly [S in EventStreamsOrder['side']]: readonly (readonly number[])[] };

/** What each stream adds between two of the counts. */
function streamRow(streams: Streams, from: StreamCount, to: StreamCount): Row {
  const at = (weights: readonly number[], count: StreamCount): number =>
    weights[streamCounts.indexOf(count)] ?? Number.NaN;
  const perStream = (weights: readonly number[]): number =>
    (at(weights, to) - at(weights, from)) / (to - from) / 1e3;
  return rowOf({
    what: `an idle event stream, of ${from.toLocaleString('en')} to ${to.toLocaleString('en')}`,
    unit: 'kB',
    ours: streams.ours.map(perStream),
    peer: { name: bareName, values: streams.peer.map(perStream) },
    bound: atMost(mostStreamKb, 'kB'),
  });
}

/** Bytes that the server holds with each count of streams open. */
async function weighStreams(side: EventStreamsOrder['side']): Promise<number[]> {
  const order: EventStreamsOrder = { side, most: streamCounts.at(-1) ?? 0 };
  await using server = await startProgram<EventStreamsReady>('event-streams', order, ['--expose-gc']);
  using streams = openEventStreams(server.ready);
  const weights: number[] = [];
  for (const count of streamCounts) {
    await streams.growTo(count);
    weights.push((await server.ask<{ readonly residentBytes: number }>({})).residentBytes);
  }
  return weights;
}
