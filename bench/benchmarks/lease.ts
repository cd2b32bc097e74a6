import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import type { Benchmark, Row } from '../benchmark.ts';
import { createLoad, type Target } from '../harness/load.ts';
import { FrameCheck } from '../harness/numbered-frames.ts';
import { rowOf } from '../harness/row-of.ts';
import { startProgram } from '../harness/start-program.ts';

const usualCalls = 400;
const warmUpCalls = 100;
const mostAddedMs = 0.05;
const usualFrames = 1_000_000;
const framesOfARound = usualFrames / usualCalls;
const streams = 8;

type Leased = Target & { readonly leaseSecret: string };

/** What another program's lease costs beside a query of Postern's own, and whether it hears every byte. */
export const lease: Benchmark = {
  name: 'lease',
  how: `Service and gateway each in a process of their own. First byte: one call after the other with the secret of a query and with that of a lease, in turn, a request of 60 kB. Frames: ${streams} answers at once, every frame another one, in pieces that have nothing to do with frames, each byte compared. A round is a call, and ${framesOfARound} frames.`,
  async run({ rounds }) {
    const calls = rounds ?? usualCalls;
    return [await addedTime(calls), await framesLost(calls * framesOfARound)];
  },
};

async function addedTime(calls: number): Promise<Row> {
  await using upstream = await startProgram<{ readonly url: string }>('upstream');
  const order = { upstreamUrl: upstream.ready.url, doorways: 1 };
  await using gateway = await startProgram<Leased>('gateway', order);
  const { url, leaseSecret } = gateway.ready;
  const [own, leased] = [createLoad(gateway.ready), createLoad({ url, secrets: [leaseSecret] })];
  try {
    const [ours, peer]: [number[], number[]] = [[], []];
    for (let call = -warmUpCalls; call < calls; call += 1) {
      // Which of them goes first changes: the second finds caches warm.
      const order = call % 2 === 0 ? [own, leased] : [leased, own];
      for (const load of order) {
        const { firstByteMs } = await load.stream(1);
        if (call >= 0) (load === leased ? ours : peer).push(firstByteMs);
      }
    }
    return rowOf({
      what: 'first byte of a call with a lease',
      unit: 'ms',
      ours,
      peer: { name: 'with a query of its own', values: peer },
      bound: (our, their) => ({ text: `+ ≤ ${mostAddedMs} ms`, met: our - their <= mostAddedMs }),
    });
  } finally {
    own.close();
    leased.close();
  }
}

/** All of them through one lease. */
async function framesLost(frames: number): Promise<Row> {
  await using service = await startProgram<{ readonly url: string }>('frames');
  const order = { upstreamUrl: service.ready.url, doorways: 1 };
  await using gateway = await startProgram<Leased>('gateway', order);
  const each = Math.ceil(frames / streams);
  const agent = new Agent({ keepAlive: true });
  try {
    const intact = await Promise.all(
      Array.from({ length: streams }, (_, stream) => intactFrames(gateway.ready, agent, stream, each)),
    );
    const lost = each * streams - intact.reduce((sum, count) => sum + count, 0);
    return {
      what: 'frames lost or changed through a lease',
      count: each * streams,
      ours: { value: lost, unit: 'frames' },
      peer: null,
      ratio: null,
      bound: { text: '0 frames', met: lost === 0 },
    };
  } finally {
    agent.destroy();
  }
}

async function intactFrames(
  { url, leaseSecret }: Leased,
  agent: Agent,
  stream: number,
  frames: number,
): Promise<number> {
  const check = new FrameCheck({ stream, frames });
  const sent = request(`${url}/v1/messages?stream=${stream}&frames=${frames}`, {
    method: 'POST',
    agent,
    headers: {
      'x-api-key': leaseSecret,
      'content-type': 'application/json',
      'anthropic-version': '2023-06-01',
      // Compressed, they would be other bytes.
      'accept-encoding': 'identity',
    },
  });
  sent.end(JSON.stringify({ model: 'claude-opus-4-8', max_tokens: 100, stream: true, messages: [] }));
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  if (response.statusCode !== 200) throw new Error(`the gateway answered ${response.statusCode}`);
  for await (const piece of response) check.take(piece as Buffer);
  return check.intact;
}
