import { inSeconds } from '../fake-facts.ts';
import { answering, type FakeQuery, fallingBack } from '../fake-queries.ts';
import { ask } from '../open-window.ts';
import { beforeTheKey, type Screen, signedIn, untilReceipt } from './screen.ts';

const answer = `The function returned 0 for every *n*. It now follows the recursion:

\`\`\`ts
export function bernoulli(n: number): number {
  if (n === 0) return 1; // the first is 1
  return -sum(n) / (n + 1);
}
\`\`\`
`;

/** One answer, and then the limit of the plan: the request is held while the user decides who pays. */
const answeredThenLimited: FakeQuery = (request, ...others) =>
  (request.prompt.startsWith('Correct') ? answering([answer]) : fallingBack)(request, ...others);

/** The picture of the README: what was answered and who paid for it, and at the limit the choice of who pays next. */
export const readmeScreens: readonly Screen[] = [
  {
    name: 'readme-limit',
    viewport: { width: 1180, height: 940 },
    prepare: (fake) => {
      signedIn(fake);
      fake.facts.health = { ...fake.facts.health, mode: 'live' };
      fake.query = answeredThenLimited;
    },
    reach: async (page, fake) => {
      await ask(page, 'Correct the Bernoulli function.');
      await untilReceipt(page);
      beforeTheKey(fake);
      await fake.emit({
        event: 'usage_limits_changed',
        data: { window: 'five_hour', resetsAt: inSeconds(3600), status: 'rejected' },
      });
      await ask(page, 'Now add a test for it.');
      await page.getByRole('button', { name: 'Allow until midnight' }).waitFor();
    },
  },
];
