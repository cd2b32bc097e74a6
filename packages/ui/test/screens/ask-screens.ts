import type { Settings } from '@postern/contract';
import type { Page } from 'playwright-core';
import { addSeveral } from '../fake-accounts.ts';
import { fallBack, inSeconds, ref, saveKey } from '../fake-facts.ts';
import {
  endless,
  failing,
  fallingBack,
  running,
  silent,
  waitingItsTurn,
  withheldAndPaused,
  writing,
} from '../fake-queries.ts';
import type { FakeSidecar } from '../fake-sidecar.ts';
import { longAnswer } from '../texts.ts';
import { beforeTheKey, byAsking, narrow, type Screen, signedIn, untilReceipt } from './screen.ts';

/** Several accounts, and one with a long name that the folder of the next question asks for first. */
function severalAccounts(fake: FakeSidecar): void {
  signedIn(fake);
  addSeveral(fake.facts);
  const label = 'The long name of a team that shares one budget between many people';
  fake.facts.settings.accounts = (fake.facts.settings.accounts ?? []).map((each) =>
    each.id === 'api_key:team' ? { ...each, label } : each,
  );
  fake.facts.settings.workspace = '/home/ada/engine';
  fake.facts.settings.workspaceCredential = { '/home/ada/engine': 'api_key:team' };
}

function askedAs(mode: Settings['permissionMode']): (fake: FakeSidecar) => void {
  return (fake) => {
    signedIn(fake);
    fake.facts.settings.permissionMode = mode;
  };
}

const onBackup = (fake: FakeSidecar): void => fallBack(fake.facts, 'plan_limit_reached', inSeconds(3600));
const correct = 'Correct the Bernoulli function.';

/** Sends what comes after the answer under way. */
async function queue(page: Page, prompt: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Prompt' }).fill(prompt);
  await page.getByRole('textbox', { name: 'Prompt' }).press('Enter');
  await page.getByText('Sends when this answer finishes').first().waitFor();
}

/** The place to ask, in every state. */
export const askScreens: readonly Screen[] = [
  { name: 'first-run', reach: async () => {} },
  { name: 'first-run-narrow', viewport: narrow, reach: async () => {} },
  { name: 'ask-empty', prepare: signedIn, reach: async () => {} },
  { name: 'ask-empty-edits', prepare: askedAs('accept_edits'), reach: async () => {} },
  { name: 'ask-empty-plan', prepare: askedAs('plan'), reach: async () => {} },
  {
    name: 'ask-answer',
    ...byAsking(
      longAnswer,
      'Explain how the Bernoulli numbers are computed, with an example.',
      async (page) => {
        await untilReceipt(page);
        // Its colours come in a script of their own.
        await page.waitForFunction(() => CSS.highlights.size > 0);
      },
    ),
  },
  {
    name: 'approval',
    ...byAsking(writing, correct, (page) => page.getByRole('button', { name: 'Allow once' }).waitFor()),
  },
  {
    name: 'approval-command',
    ...byAsking(running, 'Run the tests.', (page) =>
      page.getByRole('button', { name: 'Allow once' }).waitFor(),
    ),
  },
  {
    name: 'approval-narrow',
    viewport: narrow,
    ...byAsking(writing, correct, (page) => page.getByRole('button', { name: 'Allow once' }).waitFor()),
  },
  {
    name: 'ask-tool-done',
    ...byAsking(writing, correct, async (page) => {
      await page.getByRole('button', { name: 'Allow once' }).click();
      await untilReceipt(page);
    }),
  },
  {
    name: 'fallback-question',
    ...byAsking(
      fallingBack,
      'Go on.',
      (page) => page.getByRole('button', { name: 'Allow until midnight' }).waitFor(),
      beforeTheKey,
    ),
  },
  {
    name: 'fallback-banner',
    ...byAsking(
      fallingBack,
      'Go on.',
      async (page, fake) => {
        await page.getByRole('button', { name: 'Allow once' }).click();
        await untilReceipt(page);
        await fake.emit({
          event: 'fallback',
          data: { from: ref('oauth'), to: ref('api_key'), reason: 'plan_limit_reached', at: inSeconds(0) },
        });
        await page.getByText('API key is in use').waitFor();
      },
      onBackup,
    ),
  },
  {
    name: 'ask-error',
    ...byAsking(failing, 'Tell me a long story.', (page) =>
      page.getByRole('button', { name: 'Try again' }).waitFor(),
    ),
  },
  {
    name: 'ask-queued',
    ...byAsking(waitingItsTurn, 'Think about it.', (page) => page.getByText('place 3').waitFor()),
  },
  {
    name: 'ask-withheld-and-paused',
    ...byAsking(withheldAndPaused, 'Tell me a story.', untilReceipt),
  },
  {
    name: 'ask-silence',
    ...byAsking(silent, 'Tell me a story.', (page) => page.getByText('No response for 40 s').waitFor()),
  },
  {
    name: 'ask-running',
    ...byAsking(endless, 'Think about it.', (page) => page.getByText('I am thinking about it').waitFor()),
  },
  {
    name: 'ask-message-queued',
    ...byAsking(endless, 'Think about it.', async (page) => {
      await page.getByText('I am thinking about it').waitFor();
      await queue(page, 'Then write the tests, and run them.');
      await page.getByRole('textbox', { name: 'Prompt' }).fill('And commit.');
      await page.getByRole('button', { name: 'Send next' }).waitFor();
    }),
  },
  {
    name: 'ask-message-held',
    ...byAsking(endless, 'Think about it.', async (page) => {
      await page.getByText('I am thinking about it').waitFor();
      await queue(page, 'Then write the tests, and run them.');
      await page.getByRole('button', { name: 'Stop' }).click();
      await page.getByRole('button', { name: 'Send now' }).waitFor();
    }),
  },
  {
    name: 'ask-offline',
    prepare: signedIn,
    reach: async (page, fake) => {
      await page.getByRole('textbox', { name: 'Prompt' }).fill('A draft that must not be lost');
      await fake.close();
      await page.getByText('Postern is not responding').first().waitFor();
    },
  },
  {
    name: 'ask-not-connected',
    prepare: signedIn,
    reach: async (page, fake) => {
      await page.getByRole('textbox', { name: 'Prompt' }).fill('A draft that must not be lost');
      await fake.close();
      fake.token = 'another launch';
      await fake.open();
      await page.getByText('This window is not connected to the running Postern').waitFor();
    },
  },
  {
    name: 'ask-try-it',
    prepare: (fake) => {
      signedIn(fake);
      saveKey(fake.facts);
    },
    reach: async (page) => {
      await page.getByRole('button', { name: 'Try it', exact: true }).click();
      await page.getByRole('button', { name: 'Expire the token' }).click();
      await page.getByText('Done. The access token').waitFor();
    },
  },
  { name: 'ask-accounts', prepare: severalAccounts, reach: async () => {} },
  { name: 'ask-accounts-narrow', viewport: narrow, prepare: severalAccounts, reach: async () => {} },
  {
    name: 'ask-denied',
    ...byAsking(writing, correct, async (page) => {
      await page.getByRole('button', { name: 'Deny' }).click();
      await untilReceipt(page);
    }),
  },
  {
    name: 'ask-two-payers-narrow',
    viewport: narrow,
    ...byAsking(
      fallingBack,
      'Go on.',
      async (page) => {
        await page.getByRole('button', { name: 'Allow once' }).click();
        await untilReceipt(page);
      },
      onBackup,
    ),
  },
  { name: 'ask-narrow', viewport: narrow, prepare: signedIn, reach: async () => {} },
];
