import { addSeveral } from './fake-accounts.ts';
import { fallBack, inSeconds, ref, saveKey } from './fake-facts.ts';
import { endless, failing, fallingBack, running, writing } from './fake-queries.ts';
import type { FakeSidecar } from './fake-sidecar.ts';
import { ask, narrow, type Screen, signedIn } from './screen.ts';
import { longAnswer } from './texts.ts';

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

/** The place to ask, in every state. */
export const askScreens: readonly Screen[] = [
  { name: 'first-run', reach: async () => {} },
  { name: 'first-run-narrow', viewport: narrow, reach: async () => {} },
  { name: 'ask-empty', prepare: signedIn, reach: async () => {} },
  {
    name: 'ask-answer',
    prepare: (fake) => {
      signedIn(fake);
      fake.query = longAnswer;
    },
    reach: async (page) => {
      await ask(page, 'Explain how the Bernoulli numbers are computed, with an example.');
      await page.getByText('Receipt:').waitFor();
    },
  },
  {
    name: 'approval',
    prepare: (fake) => {
      signedIn(fake);
      fake.query = writing;
    },
    reach: async (page) => {
      await ask(page, 'Correct the Bernoulli function.');
      await page.getByRole('button', { name: 'Allow once' }).waitFor();
    },
  },
  {
    name: 'approval-command',
    prepare: (fake) => {
      signedIn(fake);
      fake.query = running;
    },
    reach: async (page) => {
      await ask(page, 'Run the tests.');
      await page.getByRole('button', { name: 'Allow once' }).waitFor();
    },
  },
  {
    name: 'approval-narrow',
    viewport: narrow,
    prepare: (fake) => {
      signedIn(fake);
      fake.query = writing;
    },
    reach: async (page) => {
      await ask(page, 'Correct the Bernoulli function.');
      await page.getByRole('button', { name: 'Allow once' }).waitFor();
    },
  },
  {
    name: 'ask-tool-done',
    prepare: (fake) => {
      signedIn(fake);
      fake.query = writing;
    },
    reach: async (page) => {
      await ask(page, 'Correct the Bernoulli function.');
      await page.getByRole('button', { name: 'Allow once' }).click();
      await page.getByText('Receipt:').waitFor();
    },
  },
  {
    name: 'fallback-question',
    prepare: (fake) => {
      signedIn(fake);
      saveKey(fake.facts);
      fake.query = fallingBack;
    },
    reach: async (page) => {
      await ask(page, 'Go on.');
      await page.getByRole('button', { name: 'Allow until midnight' }).waitFor();
    },
  },
  {
    name: 'fallback-banner',
    prepare: (fake) => {
      signedIn(fake);
      fallBack(fake.facts, 'plan_limit_reached', inSeconds(3600));
      fake.query = fallingBack;
    },
    reach: async (page, fake) => {
      await ask(page, 'Go on.');
      await page.getByRole('button', { name: 'Allow once' }).click();
      await page.getByText('Receipt:').waitFor();
      fake.emit({
        event: 'fallback',
        data: { from: ref('oauth'), to: ref('api_key'), reason: 'plan_limit_reached', at: inSeconds(0) },
      });
    },
  },
  {
    name: 'ask-error',
    prepare: (fake) => {
      signedIn(fake);
      fake.query = failing;
    },
    reach: async (page) => {
      await ask(page, 'Tell me a long story.');
      await page.getByRole('button', { name: 'Try again' }).waitFor();
    },
  },
  {
    name: 'ask-running',
    prepare: (fake) => {
      signedIn(fake);
      fake.query = endless;
    },
    reach: async (page) => {
      await ask(page, 'Think about it.');
      await page.getByText('I am thinking about it').waitFor();
    },
  },
  {
    name: 'ask-offline',
    prepare: signedIn,
    reach: async (page, fake) => {
      await page.getByRole('textbox', { name: 'Prompt' }).fill('A draft that must not be lost');
      await fake.close();
      await page.getByText('Postern does not answer').first().waitFor();
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
    prepare: (fake) => {
      signedIn(fake);
      fake.query = writing;
    },
    reach: async (page) => {
      await ask(page, 'Correct the Bernoulli function.');
      await page.getByRole('button', { name: 'Deny' }).click();
      await page.getByText('Receipt:').waitFor();
    },
  },
  {
    name: 'ask-two-payers-narrow',
    viewport: narrow,
    prepare: (fake) => {
      signedIn(fake);
      fallBack(fake.facts, 'plan_limit_reached', inSeconds(3600));
      fake.query = fallingBack;
    },
    reach: async (page) => {
      await ask(page, 'Go on.');
      await page.getByRole('button', { name: 'Allow once' }).click();
      await page.getByText('Receipt:').waitFor();
    },
  },
  { name: 'ask-narrow', viewport: narrow, prepare: signedIn, reach: async () => {} },
];
