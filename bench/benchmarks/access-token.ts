import type { Benchmark } from '../benchmark.ts';
import { atMost, rowOf } from '../harness/row-of.ts';
import { startProgram } from '../harness/start-program.ts';
import type { Batch } from '../programs/fast-path.program.ts';

const batches = 40;
const warmUps = 10;
const callsOfABatch = 20_000;

/** What it costs to ask for an access token that is fresh. */
export const accessToken: Benchmark = {
  name: 'access-token',
  how: `A fresh token asked for ${callsOfABatch} times in a row, ours over a sealed store on disk, batches of both in turn in one process.`,
  async run() {
    await using program = await startProgram<unknown>('fast-path');
    const took: { readonly [S in Batch['side']]: number[] } = { ours: [], peer: [] };
    for (let batch = -warmUps; batch < batches; batch += 1)
      for (const side of ['ours', 'peer'] as const) {
        const { microseconds } = await program.ask<{ readonly microseconds: number }>({ side, calls: callsOfABatch });
        if (batch >= 0) took[side].push(microseconds);
      }
    return [
      rowOf({
        what: 'a fresh access token',
        unit: 'µs',
        ours: took.ours,
        peer: { name: 'TokenCache of @anthropic-ai/sdk', values: took.peer },
        bound: atMost(1),
      }),
    ];
  },
};
