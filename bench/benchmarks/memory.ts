import type { Benchmark, Row } from '../benchmark.ts';
import { type IdleMemory, idleMemory } from '../harness/idle-sidecar.ts';
import { openEventStreams } from '../harness/open-event-streams.ts';
import { atMost, type Measured, rowOf } from '../harness/row-of.ts';
import { startProgram } from '../harness/start-program.ts';
import type { EventStreamsOrder, EventStreamsReady } from '../programs/event-streams.program.ts';

/** Memory hardly differs from run to run, and each run is a start. */
const runs = 3;
const streamCounts = [1, 100, 1_000] as const;
const mostSidecarMb = 120;
const mostStreamKb = 100;
const bareName = 'bare node:http';

/** What an idle sidecar holds, and what each idle event stream adds. */
export const memory: Benchmark = {
  name: 'memory',
  how: 'Resident memory of a process of its own, started anew each time. The sidecar as it is started by its command, at rest, after the program that waited beside it was ended (its weight is the peer); live without a sign-in, or with the sandbox in its process. Streams: Postern’s HTTP edge with its limit of 100 raised, and bare node:http, weighed after a garbage collection; and the real sidecar as it is, from 1 to 99.',
  async run() {
    const [live, sandbox]: [IdleMemory[], IdleMemory[]] = [[], []];
    const streams: { readonly [S in EventStreamsOrder['side']]: number[][] } = { ours: [], peer: [] };
    for (let run = 0; run < runs; run += 1) {
      live.push(
        await idleMemory({
          args: ['--live', '--store', 'memory', '--port', '0'],
          variables: { POSTERN_API_BASE_URL: 'http://127.0.0.1:9' },
        }),
      );
      sandbox.push(await idleMemory({}));
      for (const side of ['ours', 'peer'] as const) streams[side].push(await weighStreams(side));
    }
    return [
      rowOf({
        what: 'the idle sidecar, live',
        unit: 'MB',
        ours: live.map(({ sidecar }) => sidecar / 1e6),
        peer: programs(live),
        bound: atMost(mostSidecarMb, 'MB'),
      }),
      rowOf({
        what: 'the same with the sandbox in its process',
        unit: 'MB',
        ours: sandbox.map(({ sidecar }) => sidecar / 1e6),
        peer: programs(sandbox),
      }),
      streamRow('an idle event stream, of 1 to 1,000', streams, 0),
      streamRow('the same, of 100 to 1,000', streams, 1),
      rowOf({
        what: 'the same in the real sidecar, of 1 to 99',
        unit: 'kB',
        ours: live.map(({ perStream }) => perStream / 1e3),
        peer: null,
      }),
    ];
  },
};

function programs(idle: readonly IdleMemory[]): Measured['peer'] {
  return { name: 'the idle program of the Agent SDK', values: idle.map(({ program }) => program / 1e6) };
}

type Streams = { readonly [S in EventStreamsOrder['side']]: readonly (readonly number[])[] };

/** From the given one of the weighings to the last. */
function streamRow(what: string, streams: Streams, from: 0 | 1): Row {
  const last = streamCounts.length - 1;
  const added = (streamCounts[last] ?? 0) - streamCounts[from];
  const perStream = (weights: readonly number[]): number =>
    ((weights[last] ?? Number.NaN) - (weights[from] ?? Number.NaN)) / added / 1e3;
  return rowOf({
    what,
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
