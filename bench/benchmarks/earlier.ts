import { scriptIn } from '../../test/end-to-end/harness/run-command-line.ts';
import type { Benchmark } from '../benchmark.ts';
import { rowOf } from '../harness/row-of.ts';
import { type SignedIn, startSignedIn } from '../harness/start-signed-in.ts';
import { startStandIn } from '../harness/start-stand-in.ts';

const usualRounds = 20;
const warmUps = 1;

/** First text of a query and of a follow-up: this checkout against an older one. */
export const earlier: Benchmark = {
  name: 'earlier',
  how: 'As first-text, with both sides `postern start --live` against one sandbox, taking turns; only with --against <checkout>, which needs `npm ci` and `npm run build` of its own.',
  async run({ against, rounds }) {
    if (against === null) return [];
    await using standIn = await startStandIn();
    await using now = await startSignedIn(standIn);
    await using before = await startSignedIn(standIn, { script: scriptIn(against) });
    const nowFirst: number[] = [];
    const nowNext: number[] = [];
    const beforeFirst: number[] = [];
    const beforeNext: number[] = [];
    for (let round = -warmUps; round < (rounds ?? usualRounds); round += 1) {
      const ours = await measured(now, before);
      const theirs = await measured(before, now);
      if (round < 0) continue;
      nowFirst.push(ours.first);
      nowNext.push(ours.next);
      beforeFirst.push(theirs.first);
      beforeNext.push(theirs.next);
    }
    const name = 'the older checkout';
    return [
      rowOf({
        what: 'first text of a query, a program ready',
        unit: 'ms',
        ours: nowFirst,
        peer: { name, values: beforeFirst },
      }),
      rowOf({
        what: 'first text of a follow-up',
        unit: 'ms',
        ours: nowNext,
        peer: { name, values: beforeNext },
      }),
    ];
  },
};

/** One query and a follow-up, in milliseconds to their first text; no program starts beside them on either side. */
async function measured(
  one: SignedIn,
  other: SignedIn,
): Promise<{ readonly first: number; readonly next: number }> {
  await other.warm();
  const first = await one.askWarm();
  await one.warm();
  const next = await one.askOn(first.conversationId);
  return { first: first.firstTextMs, next: next.firstTextMs };
}
