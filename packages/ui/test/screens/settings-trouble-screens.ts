import { errorTable } from '@postern/contract';
import { addSeveral } from '../fake-accounts.ts';
import { fallBack, inSeconds, setCredential, signIn } from '../fake-facts.ts';
import type { FakeSidecar } from '../fake-sidecar.ts';
import { atSettings, notConfigured, openSettings, type Screen, scrollTo, signedIn } from './screen.ts';

function signedInAs(state: 'misconfigured' | 'signed_in', more: Readonly<Record<string, unknown>> = {}) {
  return (fake: FakeSidecar): void => {
    signedIn(fake);
    fake.facts.status = { ...fake.facts.status, state, ...more };
  };
}

/** The states of Settings that are rarer, and what they say when something fails. */
export const settingsTroubleScreens: readonly Screen[] = [
  {
    name: 'settings-refreshing',
    prepare: (fake) => {
      signedIn(fake);
      fake.silentAt = /\/refresh$/;
    },
    reach: async (page) => {
      await openSettings(page);
      await page.getByRole('button', { name: 'Renew now' }).click();
      await page.getByText('Postern is renewing the sign-in').waitFor();
    },
  },
  {
    name: 'settings-refreshed',
    prepare: signedIn,
    reach: async (page) => {
      await openSettings(page);
      await page.getByRole('button', { name: 'Renew now' }).click();
      await page.getByRole('status', { name: 'Outcome' }).waitFor();
    },
  },
  {
    name: 'settings-pending',
    reach: async (page) => {
      await openSettings(page);
      await page.getByRole('button', { name: 'Sign in…' }).click();
      await page.getByRole('link', { name: 'Open in browser' }).waitFor();
      await page.getByRole('button', { name: 'Close', exact: true }).click();
    },
  },
  {
    name: 'settings-not-tried',
    prepare: signedInAs('signed_in', { connected: false }),
    reach: openSettings,
  },
  { name: 'settings-misconfigured', prepare: signedInAs('misconfigured'), reach: openSettings },
  {
    name: 'settings-store-not-well',
    prepare: signedInAs('signed_in', {
      store: {
        kind: 'os_keychain',
        healthy: false,
        persisted: false,
        detail: 'The keychain is locked. Unlock it, then choose Renew now.',
      },
    }),
    reach: openSettings,
  },
  {
    name: 'settings-denied',
    prepare: (fake) => {
      const { title, nextStep } = errorTable.access_denied;
      const lastError = { code: 'access_denied', title, nextStep, at: inSeconds(-20) };
      fake.facts.status = { ...fake.facts.status, lastError };
    },
    reach: openSettings,
  },
  {
    name: 'settings-key-wrong',
    reach: async (page) => {
      await openSettings(page);
      await page.getByLabel('API key', { exact: true }).fill('sk-ant-oat01-of-another-program');
      await page.getByRole('button', { name: 'Save key' }).click();
      await page.getByText('This token belongs to another program').waitFor();
    },
  },
  {
    name: 'settings-key-not-saved',
    reach: async (page, fake) => {
      await openSettings(page);
      fake.refusedAt = { what: /^POST \/settings$/, code: 'storage_full' };
      await page.getByLabel('API key', { exact: true }).fill('sk-ant-api03-abcdefghijklmnop');
      await page.getByRole('button', { name: 'Save key' }).click();
      await page.getByText('storage_full').waitFor();
    },
  },
  {
    name: 'settings-not-moved',
    viewport: { width: 1180, height: 1100 },
    prepare: (fake) => addSeveral(fake.facts),
    reach: async (page, fake) => {
      await openSettings(page);
      fake.refusedAt = { what: /^POST \/settings$/, code: 'storage_full' };
      await page.getByRole('button', { name: 'Try Work later' }).click();
      await page.getByText('storage_full').waitFor();
      await scrollTo(page, 'Payment order');
    },
  },
  {
    name: 'settings-not-saved',
    prepare: signedIn,
    reach: async (page, fake) => {
      await atSettings('Paying')(page);
      fake.refusedAt = { what: /^POST \/settings$/, code: 'storage_full' };
      await page.getByRole('radio', { name: 'Stop and tell me' }).click();
      await page.getByText('storage_full').waitFor();
    },
  },
  {
    name: 'settings-credentials',
    viewport: { width: 1180, height: 1100 },
    prepare: (fake) => {
      signIn(fake.facts);
      fallBack(fake.facts, 'plan_limit_reached', inSeconds(3600));
      setCredential(fake.facts, 'claude_code', {
        status: 'reauthorization_required',
        reason: 'reauthorization_required',
        nextStep: 'Sign in with Claude Code again.',
      });
      setCredential(fake.facts, 'console_profile', {
        status: 'rejected',
        reason: 'upstream_refused',
        nextStep: null,
      });
    },
    reach: async (page) => {
      await openSettings(page);
      await scrollTo(page, 'Payment order');
    },
  },
  {
    name: 'settings-not-available',
    viewport: { width: 1180, height: 1100 },
    prepare: notConfigured,
    reach: async (page) => {
      await openSettings(page);
      await scrollTo(page, 'Payment order');
    },
  },
  {
    name: 'settings-help',
    prepare: signedIn,
    reach: async (page) => {
      await openSettings(page);
      await page.getByRole('button', { name: 'Help: sign-in' }).click();
      await page.getByRole('note').waitFor();
    },
  },
  {
    name: 'settings-help-narrow',
    viewport: { width: 360, height: 740 },
    prepare: signedIn,
    reach: async (page) => {
      await openSettings(page);
      await page.getByRole('button', { name: 'Help: keys' }).click();
      await page.getByRole('note').waitFor();
    },
  },
  {
    name: 'settings-unreadable',
    prepare: (fake) => {
      fake.refusedAt = { what: /^GET \/settings$/, code: 'internal_error' };
    },
    reach: async (page) => {
      await page.getByRole('link', { name: 'Settings', exact: true }).click();
      await page.getByText('internal_error').waitFor();
    },
  },
];
