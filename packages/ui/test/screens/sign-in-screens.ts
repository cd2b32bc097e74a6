import type { Page } from 'playwright-core';
import { addSeveral } from '../fake-accounts.ts';
import { fallBack, inSeconds, ref } from '../fake-facts.ts';
import type { FakeSidecar } from '../fake-sidecar.ts';
import {
  narrow,
  notConfigured,
  openClaudeCode,
  openSettings,
  openSignInPage,
  type Screen,
  signedIn,
} from './screen.ts';

async function pasteCode(page: Page, code: string): Promise<void> {
  await openSignInPage(page);
  await page.getByRole('textbox', { name: 'Code from the page' }).fill(code);
  await page.getByRole('button', { name: 'Submit code' }).click();
}

async function tryIt(page: Page, move: string): Promise<void> {
  await page.getByRole('button', { name: 'Try it', exact: true }).click();
  await page.getByRole('button', { name: move }).click();
  await page.getByText(/^Done\. ./).waitFor();
}

/** A linked organization pays for the sign-in, not a plan. */
function organizationPays({ facts }: FakeSidecar): void {
  facts.status = { ...facts.status, billing: 'linked_organization' };
  facts.credentials = facts.credentials.map((each) =>
    each.kind === 'oauth' ? { ...each, payer: 'The linked organization’s bill' } : each,
  );
}

/** Signing in and out, accounts, and what the sandbox makes happen, in every state. */
export const signInScreens: readonly Screen[] = [
  {
    name: 'account-manage',
    prepare: (fake) => addSeveral(fake.facts),
    reach: async (page) => {
      await openSettings(page);
      await page.getByRole('button', { name: 'Manage Work' }).click();
      await page.getByRole('dialog').getByText('Difference Engines').waitFor();
    },
  },
  {
    name: 'account-sign-out',
    prepare: (fake) => addSeveral(fake.facts),
    reach: async (page) => {
      await openSettings(page);
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
      await openSettings(page);
      await page.getByRole('button', { name: 'Manage team@example.com' }).click();
      await page.getByRole('button', { name: 'Remove…' }).click();
      await page.getByRole('dialog').getByText('nowhere else').waitFor();
    },
  },
  {
    name: 'account-add-sign-in',
    prepare: (fake) => addSeveral(fake.facts),
    reach: async (page) => {
      await openSettings(page);
      await page.getByRole('button', { name: 'Add sign-in…' }).click();
    },
  },
  {
    name: 'account-add-key',
    prepare: (fake) => addSeveral(fake.facts),
    reach: async (page) => {
      await openSettings(page);
      await page.getByRole('button', { name: 'Add key…' }).click();
      await page.getByRole('button', { name: 'Save key' }).last().click();
      await page.getByText('Enter a name.').waitFor();
    },
  },
  {
    name: 'sign-in-dialog',
    reach: async (page) => {
      await openSettings(page);
      await page.getByRole('button', { name: 'Sign in…' }).click();
      await page.getByRole('link', { name: 'Open in browser' }).waitFor();
    },
  },
  {
    name: 'sign-in-waiting',
    reach: async (page) => {
      await openSignInPage(page);
      await page.getByText('Continue in your browser', { exact: true }).waitFor();
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
    name: 'sign-in-done-ends',
    prepare: (fake) => {
      fake.isRenewable = false;
    },
    reach: async (page) => {
      await pasteCode(page, 'good#code');
      await page.getByText('It can’t be renewed').first().waitFor();
      await page.bringToFront();
    },
  },
  {
    name: 'sign-in-not-configured',
    prepare: notConfigured,
    reach: async (page) => {
      await openSettings(page);
      await page.getByRole('button', { name: 'How to set it up…' }).click();
      await page.getByRole('heading', { name: 'Ways that work now' }).waitFor();
    },
  },
  { name: 'settings-not-configured', prepare: notConfigured, reach: openSettings },
  { name: 'first-run-not-configured', prepare: notConfigured, reach: async () => {} },
  {
    name: 'sign-in-already-waiting',
    reach: async (page) => {
      await openSettings(page);
      await page.getByRole('button', { name: 'Sign in…' }).click();
      await page.getByRole('button', { name: 'Close', exact: true }).click();
      await page.getByRole('button', { name: 'Sign in…' }).click();
      await page.getByRole('button', { name: 'Continue' }).waitFor();
    },
  },
  {
    name: 'sign-in-failed',
    reach: async (page, fake) => {
      await openSignInPage(page);
      fake.facts.status = { ...fake.facts.status, pendingSignIn: null };
      await page.getByRole('textbox', { name: 'Code from the page' }).fill('late#code');
      await page.getByRole('button', { name: 'Submit code' }).click();
      await page.getByRole('button', { name: 'Try again' }).waitFor();
      await page.bringToFront();
    },
  },
  { name: 'try-it', prepare: signedIn, reach: (page) => tryIt(page, 'Save a backup key') },
  {
    name: 'try-it-brought-back',
    prepare: signedIn,
    reach: async (page, fake) => {
      await tryIt(page, 'Hit the limit');
      fallBack(fake.facts, 'plan_limit_reached', inSeconds(14));
      await fake.emit({
        event: 'fallback',
        data: { from: ref('oauth'), to: ref('api_key'), reason: 'plan_limit_reached', at: inSeconds(0) },
      });
      await page.getByText('API key is in use').waitFor();
      await page.getByRole('button', { name: 'Bring it back' }).click();
      await page.getByText('This lasts another').waitFor();
    },
  },
  {
    name: 'try-it-failed',
    prepare: (fake) => {
      signedIn(fake);
      fake.refusedAt = { what: / \/sandbox\//, code: 'internal_error' };
    },
    reach: async (page) => {
      await page.getByRole('button', { name: 'Try it', exact: true }).click();
      await page.getByRole('button', { name: 'Revoke consent' }).click();
      await page.getByRole('region', { name: 'Try it' }).getByRole('alert').waitFor();
    },
  },
  { name: 'first-run-organization', prepare: organizationPays, reach: async () => {} },
  {
    name: 'try-it-organization',
    prepare: (fake) => {
      signedIn(fake);
      organizationPays(fake);
    },
    reach: (page) => tryIt(page, 'Unlink in silence'),
  },
  {
    name: 'try-it-narrow',
    viewport: narrow,
    prepare: signedIn,
    reach: (page) => tryIt(page, 'Revoke consent'),
  },
  {
    name: 'banner-back',
    prepare: signedIn,
    reach: async (page, fake) => {
      await fake.emit({
        event: 'fallback',
        data: { from: ref('api_key'), to: ref('oauth'), reason: 'preferred', at: inSeconds(0) },
      });
      await page.getByText('Back on').waitFor();
    },
  },
  {
    name: 'claude-code-done',
    reach: async (page) => {
      await openClaudeCode(page);
      await page.getByRole('textbox', { name: 'Code from the page' }).fill('good');
      await page.getByRole('button', { name: 'Submit code' }).click();
      await page.getByText('Claude Code is signed in').waitFor();
    },
  },
  {
    name: 'claude-code-waiting',
    reach: async (page) => {
      await openClaudeCode(page);
      await page.getByText('Continue in your browser').waitFor();
    },
  },
];
