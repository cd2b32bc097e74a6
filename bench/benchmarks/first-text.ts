import type { Benchmark } from '../benchmark.ts';
import { createBareSdk } from '../harness/bare-query.ts';
import { ratioAtMost, rowOf } from '../harness/row-of.ts';
import { startSignedIn } from '../harness/start-signed-in.ts';
import { startStandIn } from '../harness/start-stand-in.ts';

const usualRounds = 20;
const warmUps = 1;

/** First text of a query and of a follow-up: Postern over HTTP against a bare `query()` and a program that the SDK's `startup()` started. */
export const firstText: Benchmark = {
  name: 'first-text',
  how: 'From the call to the first piece of the answer. Same sandbox (own process, no pause between pieces), same prompt, every kind once a round. Postern: `postern start --live` in a process of its own, by the client library over HTTP, a program ready.',
  async run({ rounds }) {
    await using standIn = await startStandIn();
    await using signedIn = await startSignedIn(standIn);
    using bare = createBareSdk(standIn.ready);
    const [warm, followUp]: [number[], number[]] = [[], []];
    const [bareFirst, bareStarted, bareResume]: [number[], number[], number[]] = [[], [], []];
    for (let round = -warmUps; round < (rounds ?? usualRounds); round += 1) {
      const first = await signedIn.askWarm();
      // The next program is ready before anything else is measured: none starts beside another.
      await signedIn.warm();
      const second = await signedIn.askOn(first.conversationId);
      const alone = await bare.ask();
      const started = await bare.askStarted();
      const resumed = await bare.ask({ resume: alone.sessionId });
      if (round < 0) continue;
      warm.push(first.firstTextMs);
      followUp.push(second.firstTextMs);
      bareFirst.push(alone.firstTextMs);
      bareStarted.push(started.firstTextMs);
      bareResume.push(resumed.firstTextMs);
    }
    return [
      rowOf({
        what: 'first text of a query, a program ready',
        unit: 'ms',
        ours: warm,
        peer: { name: 'bare query()', values: bareFirst },
        bound: ratioAtMost(0.4),
      }),
      rowOf({
        what: 'the same beside a program that is ready as well',
        unit: 'ms',
        ours: warm,
        peer: { name: 'startup() of the SDK', values: bareStarted },
      }),
      rowOf({
        what: 'first text of a follow-up',
        unit: 'ms',
        ours: followUp,
        peer: { name: 'bare query() with resume', values: bareResume },
        bound: ratioAtMost(0.2),
      }),
    ];
  },
};
