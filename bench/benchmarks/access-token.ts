import type { Benchmark } from '../benchmark.ts';
import { ratioAtMost, rowOf } from '../harness/row-of.ts';
import { startProgram } from '../harness/start-program.ts';
import type { Batch, BatchTimes } from '../programs/fast-path.program.ts';

const batches = 100;
const warmUps = 20;
const callsOfABatch = 20_000;
const peerName = 'TokenCache of @anthropic-ai/sdk';

/** What it costs to ask for an access token that is fresh. */
export const accessToken: Benchmark = {
  name: 'access-token',
  how: `A fresh token asked for ${callsOfABatch} times in one turn of the event loop, ours over a sealed store on disk; batches of both in turn in one process. The first call of a turn looks into the store, for what another process may have done; the peer never looks.`,
  async run() {
    await using program = await startProgram<unknown>('fast-path');
    const took: { readonly [S in Batch['side']]: BatchTimes[] } = { ours: [], peer: [] };
    for (let batch = -warmUps; batch < batches; batch += 1)
      for (const side of ['ours', 'peer'] as const) {
        const times = await program.ask<BatchTimes>({ side, calls: callsOfABatch });
        if (batch >= 0) took[side].push(times);
      }
    const values = (name: keyof BatchTimes) => ({
      unit: 'µs' as const,
      ours: took.ours.map((times) => times[name]),
      peer: { name: peerName, values: took.peer.map((times) => times[name]) },
    });
    return [
      rowOf({ what: 'a fresh access token', ...values('microseconds'), bound: ratioAtMost(1) }),
      rowOf({ what: 'the first one of a turn of the event loop', ...values('firstMicroseconds') }),
    ];
  },
};
