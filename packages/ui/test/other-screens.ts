import type { Page } from 'playwright-core';
import { addSeveral } from './fake-accounts.ts';
import { fallBack, saveKey, setCredential, signIn } from './fake-facts.ts';
import type { FakeSidecar } from './fake-sidecar.ts';
import { addUsage } from './fake-usage.ts';
import { type Screen, signedIn } from './screen.ts';

async function settings(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Settings', exact: true }).click();
  await page.getByRole('status', { name: 'Sign-in status' }).waitFor();
}

function signedInWithKey(fake: FakeSidecar): void {
  signedIn(fake);
  saveKey(fake.facts);
  fake.facts.settings.alwaysAllow = { '/home/ada/engine': ['Write', 'Bash'] };
}

/** Live, as it comes: without a client of its own. */
function notConfigured(fake: FakeSidecar): void {
  fake.facts.health = { ...fake.facts.health, mode: 'live' };
  setCredential(fake.facts, 'oauth', { status: 'not_configured' });
}

async function openSignInPage(page: Page): Promise<void> {
  await settings(page);
  await page.getByRole('button', { name: 'Connect…' }).click();
  await page.getByRole('link', { name: 'Open in browser' }).click();
}

async function pasteCode(page: Page, code: string): Promise<void> {
  await openSignInPage(page);
  await page.getByRole('textbox', { name: 'Code from the page' }).fill(code);
  await page.getByRole('button', { name: 'Use this code' }).click();
}

function withWorkspaces(fake: FakeSidecar): void {
  signedIn(fake);
  addSeveral(fake.facts);
  fake.facts.settings.workspaceCredential = {
    '/home/ada/work/a-rather-long-name-of-a-customer/engine': 'api_key:team',
    '/home/ada/private': 'claude_code:gone',
  };
}

async function workspaces(page: Page): Promise<void> {
  await settings(page);
  const heading = page.getByRole('heading', { name: 'Who pays in which workspace' });
  await heading.evaluate((element) => element.scrollIntoView());
}

/** Settings, signing in, Usage and the list of routes, in every state. */
export const otherScreens: readonly Screen[] = [
  { name: 'settings-not-connected', reach: settings },
  {
    name: 'settings-key-only',
    prepare: (fake) => saveKey(fake.facts),
    reach: settings,
  },
  { name: 'settings-connected', prepare: signedInWithKey, reach: settings },
  {
    name: 'settings-whole',
    viewport: { width: 1180, height: 2250 },
    prepare: signedInWithKey,
    reach: settings,
  },
  {
    name: 'settings-narrow',
    viewport: { width: 360, height: 1400 },
    prepare: signedIn,
    reach: settings,
  },
  {
    name: 'settings-accounts',
    viewport: { width: 1180, height: 2900 },
    prepare: (fake) => {
      signedIn(fake);
      addSeveral(fake.facts);
    },
    reach: settings,
  },
  {
    name: 'settings-accounts-narrow',
    viewport: { width: 360, height: 3600 },
    prepare: (fake) => {
      signedIn(fake);
      addSeveral(fake.facts);
    },
    reach: settings,
  },
  {
    name: 'settings-workspaces',
    viewport: { width: 1180, height: 1000 },
    prepare: withWorkspaces,
    reach: workspaces,
  },
  {
    name: 'settings-workspaces-narrow',
    viewport: { width: 360, height: 1000 },
    prepare: withWorkspaces,
    reach: workspaces,
  },
  {
    name: 'account-manage',
    prepare: (fake) => addSeveral(fake.facts),
    reach: async (page) => {
      await settings(page);
      await page.getByRole('button', { name: 'Manage Work' }).click();
      await page.getByRole('dialog').getByText('Difference Engines').waitFor();
    },
  },
  {
    name: 'account-sign-out',
    prepare: (fake) => addSeveral(fake.facts),
    reach: async (page) => {
      await settings(page);
      await page
        .getByRole('listitem')
        .filter({ has: page.getByRole('heading', { name: 'Claude Code login' }) })
        .getByRole('button', { name: 'Manage ada@example.com' })
        .click();
      await page.getByRole('button', { name: 'Sign out…' }).click();
      await page.getByText('Claude Code in a terminal').waitFor();
    },
  },
  {
    name: 'account-remove',
    prepare: (fake) => addSeveral(fake.facts),
    reach: async (page) => {
      await settings(page);
      await page.getByRole('button', { name: 'Manage team@example.com' }).click();
      await page.getByRole('button', { name: 'Remove…' }).click();
      await page.getByRole('dialog').getByText('nowhere else').waitFor();
    },
  },
  {
    name: 'account-add-sign-in',
    prepare: (fake) => addSeveral(fake.facts),
    reach: async (page) => {
      await settings(page);
      await page.getByRole('button', { name: 'Add another sign-in…' }).click();
    },
  },
  {
    name: 'account-add-key',
    prepare: (fake) => addSeveral(fake.facts),
    reach: async (page) => {
      await settings(page);
      await page.getByRole('button', { name: 'Add another key…' }).click();
      await page.getByRole('button', { name: 'Save key' }).last().click();
      await page.getByText('Give it a name').waitFor();
    },
  },
  {
    name: 'settings-expires-soon',
    prepare: (fake) => {
      signIn(fake.facts, 272);
      fake.facts.status = { ...fake.facts.status, expiresSoon: true, refreshable: false };
    },
    reach: settings,
  },
  {
    name: 'settings-needs-you',
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
    prepare: (fake) => {
      signIn(fake.facts);
      fake.facts.status = { ...fake.facts.status, state: 'refresh_failing' };
    },
    reach: settings,
  },
  {
    name: 'sign-in-dialog',
    reach: async (page) => {
      await settings(page);
      await page.getByRole('button', { name: 'Connect…' }).click();
      await page.getByRole('link', { name: 'Open in browser' }).waitFor();
    },
  },
  {
    name: 'sign-in-waiting',
    reach: async (page) => {
      await openSignInPage(page);
      await page.getByText('Waiting for you in the browser', { exact: true }).waitFor();
      await page.bringToFront();
    },
  },
  {
    name: 'sign-in-code-refused',
    reach: async (page) => {
      await pasteCode(page, 'wrong#code');
      await page.getByText('This answer does not belong').waitFor();
      await page.bringToFront();
    },
  },
  {
    name: 'sign-in-done',
    reach: async (page) => {
      await pasteCode(page, 'good#code');
      await page.getByText('Signed in as').waitFor();
      await page.bringToFront();
    },
  },
  {
    name: 'sign-in-not-configured',
    prepare: notConfigured,
    reach: async (page) => {
      await settings(page);
      await page.getByRole('button', { name: 'What is missing…' }).click();
      await page.getByRole('heading', { name: 'Use what works now' }).waitFor();
    },
  },
  { name: 'settings-not-configured', prepare: notConfigured, reach: settings },
  { name: 'first-run-not-configured', prepare: notConfigured, reach: async () => {} },
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
    viewport: { width: 1180, height: 1400 },
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
    viewport: { width: 360, height: 1500 },
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
