import type { Page } from 'playwright-core';
import {
  addConversation,
  addUsage,
  fallBack,
  inSeconds,
  ref,
  saveKey,
  setCredential,
  signIn,
} from './fake-facts.ts';
import { endless, failing, fallingBack, running, writing } from './fake-queries.ts';
import type { FakeSidecar } from './fake-sidecar.ts';
import { longAnswer } from './texts.ts';

/** A screen in a state, and how to come to it. */
export interface Screen {
  readonly name: string;
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly prepare?: (fake: FakeSidecar) => void;
  readonly reach: (page: Page, fake: FakeSidecar) => Promise<void>;
}

const tall = { width: 1180, height: 1500 };
const narrow = { width: 360, height: 740 };

async function settings(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Settings', exact: true }).click();
  await page.getByRole('status', { name: 'Sign-in status' }).waitFor();
}

async function ask(page: Page, prompt: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Prompt' }).fill(prompt);
  await page.getByRole('button', { name: 'Send' }).click();
}

function signedIn(fake: FakeSidecar): void {
  signIn(fake.facts);
  addConversation(fake.facts, 'c2', 'Why does the carry not propagate?', []);
  addConversation(fake.facts, 'c1', 'Correct the Bernoulli numbers', []);
}

/** Every screen and state worth looking at. */
export const screens: readonly Screen[] = [
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
    name: 'ask-permission-write',
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
    name: 'ask-permission-command',
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
    name: 'ask-permission-narrow',
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
    name: 'ask-fallback-question',
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
    name: 'ask-on-backup',
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
  { name: 'ask-narrow', viewport: narrow, prepare: signedIn, reach: async () => {} },
  { name: 'settings-not-connected', viewport: tall, reach: settings },
  {
    name: 'settings-key-only',
    viewport: tall,
    prepare: (fake) => saveKey(fake.facts),
    reach: settings,
  },
  {
    name: 'settings-connected',
    viewport: { width: 1180, height: 2350 },
    prepare: (fake) => {
      signedIn(fake);
      saveKey(fake.facts);
      fake.facts.settings.alwaysAllow = { '/home/ada/engine': ['Write', 'Bash'] };
    },
    reach: settings,
  },
  {
    name: 'settings-narrow',
    viewport: { width: 360, height: 2600 },
    prepare: signedIn,
    reach: settings,
  },
  {
    name: 'settings-expires-soon',
    viewport: tall,
    prepare: (fake) => {
      signIn(fake.facts, 272);
      fake.facts.status = { ...fake.facts.status, expiresSoon: true, refreshable: false };
    },
    reach: settings,
  },
  {
    name: 'settings-needs-you',
    viewport: tall,
    prepare: (fake) => {
      signIn(fake.facts);
      fallBack(fake.facts, 'reauthorization_required', null);
      fake.facts.status = { ...fake.facts.status, state: 'reauthorization_required', connected: false };
      setCredential(fake.facts, 'oauth', { nextStep: 'Connect again.' });
    },
    reach: settings,
  },
  {
    name: 'settings-refresh-failing',
    viewport: tall,
    prepare: (fake) => {
      signIn(fake.facts);
      fake.facts.status = { ...fake.facts.status, state: 'refresh_failing' };
    },
    reach: settings,
  },
  {
    name: 'sign-in-address',
    reach: async (page) => {
      await settings(page);
      await page.getByRole('button', { name: 'Connect…' }).click();
      await page.getByRole('link', { name: 'Open in browser' }).waitFor();
    },
  },
  {
    name: 'sign-in-waiting',
    reach: async (page) => {
      await settings(page);
      await page.getByRole('button', { name: 'Connect…' }).click();
      await page.getByRole('link', { name: 'Open in browser' }).click();
      await page.getByText('Waiting for you in the browser', { exact: true }).waitFor();
      await page.bringToFront();
    },
  },
  {
    name: 'sign-in-code-refused',
    reach: async (page) => {
      await settings(page);
      await page.getByRole('button', { name: 'Connect…' }).click();
      await page.getByRole('link', { name: 'Open in browser' }).click();
      await page.getByRole('textbox', { name: 'Code from the page' }).fill('wrong#code');
      await page.getByRole('button', { name: 'Use this code' }).click();
      await page.getByText('This answer does not belong').waitFor();
      await page.bringToFront();
    },
  },
  {
    name: 'sign-in-done',
    reach: async (page) => {
      await settings(page);
      await page.getByRole('button', { name: 'Connect…' }).click();
      await page.getByRole('link', { name: 'Open in browser' }).click();
      await page.getByRole('textbox', { name: 'Code from the page' }).fill('good#code');
      await page.getByRole('button', { name: 'Use this code' }).click();
      await page.getByText('Signed in as').waitFor();
      await page.bringToFront();
    },
  },
  {
    name: 'sign-in-not-configured',
    prepare: (fake) => setCredential(fake.facts, 'oauth', { status: 'not_configured' }),
    reach: async (page) => {
      await settings(page);
      await page.getByRole('button', { name: 'Connect…' }).click();
      await page.getByText('No sign-in server is configured').waitFor();
    },
  },
  {
    name: 'claude-code-waiting',
    reach: async (page) => {
      await settings(page);
      await page.getByRole('button', { name: 'Use my Claude Code login' }).click();
      await page.getByText('Claude Code waits for you').waitFor();
    },
  },
  {
    name: 'usage',
    viewport: { width: 1180, height: 1900 },
    prepare: (fake) => {
      signedIn(fake);
      addUsage(fake.facts);
    },
    reach: async (page) => {
      await page.getByRole('link', { name: 'Usage', exact: true }).click();
      await page.getByRole('heading', { name: 'Receipts' }).waitFor();
    },
  },
  {
    name: 'usage-empty',
    prepare: signedIn,
    reach: async (page) => {
      await page.getByRole('link', { name: 'Usage', exact: true }).click();
      await page.getByRole('heading', { name: 'Receipts' }).waitFor();
    },
  },
  {
    name: 'usage-narrow',
    viewport: { width: 360, height: 1900 },
    prepare: (fake) => {
      signedIn(fake);
      addUsage(fake.facts);
    },
    reach: async (page) => {
      await page.getByRole('link', { name: 'Usage', exact: true }).click();
      await page.getByRole('heading', { name: 'Receipts' }).waitFor();
    },
  },
  {
    name: 'docs',
    prepare: signedIn,
    reach: async (page, fake) => {
      await page.goto(`${fake.url}/docs`);
      await page.getByRole('heading', { name: '/conversations' }).waitFor();
    },
  },
];
