import type { Page } from 'playwright-core';
import { addSeveral } from '../fake-accounts.ts';
import { fallBack, saveKey, setCredential, signIn } from '../fake-facts.ts';
import type { FakeSidecar } from '../fake-sidecar.ts';
import { atSettings, openSettings, type Screen, scrollTo, signedIn } from './screen.ts';

function signedInWithKey(fake: FakeSidecar): void {
  signedIn(fake);
  saveKey(fake.facts);
  fake.facts.settings.alwaysAllow = {
    '/home/ada/engine': ['Write(/home/ada/engine/**)', 'Bash(npm test -- --run engine)'],
  };
}

function withWorkspaces(fake: FakeSidecar): void {
  signedIn(fake);
  addSeveral(fake.facts);
  fake.facts.settings.workspaceCredential = {
    '/home/ada/work/a-rather-long-name-of-a-customer/engine': 'api_key:team',
    '/home/ada/private': 'claude_code:gone',
  };
}

const workspaces = atSettings('Workspaces');

/** With the card that is loaded when it is opened. */
async function agent(page: Page): Promise<void> {
  await atSettings('Agent')(page);
  await page.getByRole('heading', { name: 'MCP servers' }).waitFor();
}

async function whoPays(page: Page): Promise<void> {
  await openSettings(page);
  await scrollTo(page, 'Payment order');
}

/** Settings, in every state. */
export const settingsScreens: readonly Screen[] = [
  { name: 'settings-not-connected', reach: openSettings },
  {
    name: 'settings-key-only',
    prepare: (fake) => saveKey(fake.facts),
    reach: openSettings,
  },
  { name: 'settings-connected', prepare: signedInWithKey, reach: openSettings },
  {
    name: 'settings-whole',
    whole: true,
    prepare: signedInWithKey,
    reach: openSettings,
  },
  { name: 'settings-paying', prepare: signedInWithKey, reach: atSettings('Paying') },
  {
    name: 'settings-paying-narrow',
    viewport: { width: 360, height: 1400 },
    prepare: signedInWithKey,
    reach: atSettings('Paying'),
  },
  { name: 'settings-agent', prepare: signedInWithKey, reach: agent },
  {
    name: 'settings-agent-narrow',
    viewport: { width: 360, height: 1100 },
    prepare: signedInWithKey,
    reach: agent,
  },
  { name: 'settings-window', prepare: signedIn, reach: atSettings('Window') },
  { name: 'settings-privacy', prepare: signedIn, reach: atSettings('Privacy and health') },
  {
    name: 'settings-narrow',
    viewport: { width: 360, height: 1400 },
    prepare: signedIn,
    reach: openSettings,
  },
  {
    name: 'settings-accounts',
    viewport: { width: 1180, height: 1300 },
    prepare: (fake) => {
      signedIn(fake);
      addSeveral(fake.facts);
    },
    reach: whoPays,
  },
  {
    name: 'settings-accounts-narrow',
    viewport: { width: 360, height: 1500 },
    prepare: (fake) => {
      signedIn(fake);
      addSeveral(fake.facts);
    },
    reach: whoPays,
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
    name: 'settings-expires-soon',
    prepare: (fake) => {
      signIn(fake.facts, 272);
      fake.facts.status = { ...fake.facts.status, expiresSoon: true, refreshable: false };
    },
    reach: openSettings,
  },
  {
    name: 'settings-needs-you',
    prepare: (fake) => {
      signIn(fake.facts);
      fallBack(fake.facts, 'reauthorization_required', null);
      fake.facts.status = { ...fake.facts.status, state: 'reauthorization_required', connected: false };
      setCredential(fake.facts, 'oauth', { nextStep: 'Sign in again.' });
    },
    reach: openSettings,
  },
  {
    name: 'settings-refresh-failing',
    prepare: (fake) => {
      signIn(fake.facts);
      fake.facts.status = { ...fake.facts.status, state: 'refresh_failing' };
    },
    reach: openSettings,
  },
  {
    name: 'settings-signed-out',
    prepare: signedIn,
    reach: async (page) => {
      await openSettings(page);
      await page.getByRole('button', { name: 'Sign out', exact: true }).click();
      await page.getByText('Signed out, and revoked').waitFor();
    },
  },
  {
    name: 'settings-doctor',
    prepare: signedIn,
    reach: async (page) => {
      await atSettings('Privacy and health')(page);
      await page.getByRole('button', { name: 'Check for problems' }).click();
      const findings = page.getByRole('list', { name: 'Findings' });
      await findings.waitFor();
      await findings.evaluate((element) => element.scrollIntoView());
    },
  },
];
