import { fallBack, inSeconds, saveKey } from '../fake-facts.ts';
import { endless, fallingBack, writing } from '../fake-queries.ts';
import {
  anotherModel,
  atTheCap,
  deniedOtherwise,
  failedTool,
  limited,
  longAnswer,
  runningTool,
  waitingForReset,
} from '../texts.ts';
import { beforeTheKey, byAsking, narrow, type Screen, untilReceipt } from './screen.ts';

const correct = 'Correct the Bernoulli function.';

/** What may stand in a conversation, and its questions. */
export const threadScreens: readonly Screen[] = [
  {
    name: 'ask-thinking',
    ...byAsking(writing, correct, async (page) => {
      await page.getByText('Thinking').click();
      await page.getByText('The function returns 0').waitFor();
    }),
  },
  {
    name: 'ask-tool-running',
    ...byAsking(runningTool, 'Look for the carry.', (page) => page.getByText('Running').waitFor()),
  },
  {
    name: 'ask-tool-failed',
    ...byAsking(failedTool, 'Run the tests.', async (page) => {
      await untilReceipt(page);
      await page.getByText('Run a command').click();
      await page.getByText('What went wrong').waitFor();
    }),
  },
  { name: 'ask-denied-otherwise', ...byAsking(deniedOtherwise, 'Clean up.', untilReceipt) },
  {
    name: 'ask-stopped',
    ...byAsking(endless, 'Think about it.', async (page) => {
      await page.getByText('I am thinking about it').waitFor();
      await page.getByRole('button', { name: 'Stop' }).click();
      await page.getByText('You can continue the conversation').first().waitFor();
    }),
  },
  { name: 'ask-limit-warning', ...byAsking(limited, 'Go on.', untilReceipt) },
  { name: 'ask-model-changed', ...byAsking(anotherModel, 'Go on.', untilReceipt) },
  {
    name: 'ask-waiting',
    ...byAsking(waitingForReset, 'Go on.', (page) => page.getByText('Waiting for the reset').waitFor()),
  },
  {
    name: 'fallback-denied',
    ...byAsking(
      fallingBack,
      'Go on.',
      async (page) => {
        await page.getByRole('button', { name: 'Deny' }).click();
        await page.getByText('The backup key was not used', { exact: true }).waitFor();
      },
      (fake) => saveKey(fake.facts),
    ),
  },
  {
    name: 'fallback-question-narrow',
    viewport: narrow,
    ...byAsking(
      fallingBack,
      'Go on.',
      (page) => page.getByRole('button', { name: 'Allow until midnight' }).waitFor(),
      beforeTheKey,
    ),
  },
  {
    name: 'fallback-cap',
    ...byAsking(
      atTheCap,
      'Go on.',
      (page) => page.getByText('may cost up to').waitFor(),
      (fake) => fallBack(fake.facts, 'plan_limit_reached', inSeconds(3600)),
    ),
  },
  {
    name: 'approval-help',
    ...byAsking(writing, correct, async (page) => {
      await page.getByRole('button', { name: /^Help: / }).click();
      await page.getByRole('note').waitFor();
    }),
  },
  {
    name: 'approval-failed',
    ...byAsking(
      writing,
      correct,
      async (page) => {
        await page.getByRole('button', { name: 'Allow once' }).click();
        await page.getByText('internal_error').waitFor();
      },
      (fake) => {
        fake.refusedAt = { what: /\/approve$/, code: 'internal_error' };
      },
    ),
  },
  {
    name: 'ask-link',
    ...byAsking(
      longAnswer,
      'Explain how the Bernoulli numbers are computed, with an example.',
      async (page) => {
        await untilReceipt(page);
        await page.getByText('the note').last().click();
        await page.getByRole('dialog').waitFor();
      },
    ),
  },
];
