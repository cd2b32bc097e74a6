import { openClaudeCode, openSettings, openSignInPage, type Screen } from './screen.ts';

/** The steps of signing in that pass quickly, that fail, and on a narrow window. */
export const dialogScreens: readonly Screen[] = [
  {
    name: 'sign-in-starting',
    prepare: (fake) => {
      fake.silentAt = /\/start$/;
    },
    reach: async (page) => {
      await openSettings(page);
      await page.getByRole('button', { name: 'Sign in…' }).click();
      await page.getByText('Preparing the sign-in page').waitFor();
    },
  },
  {
    name: 'sign-in-checking',
    prepare: (fake) => {
      fake.silentAt = /POST .*\/callback$/;
    },
    reach: async (page) => {
      await openSignInPage(page);
      await page.getByRole('textbox', { name: 'Code from the page' }).fill('good#code');
      await page.getByRole('button', { name: 'Submit code' }).click();
      await page.getByText('Checking the code').first().waitFor();
      await page.bringToFront();
    },
  },
  {
    name: 'sign-in-unreachable',
    prepare: (fake) => {
      fake.refusedAt = { what: /\/start$/, code: 'metadata_unavailable' };
    },
    reach: async (page) => {
      await openSettings(page);
      await page.getByRole('button', { name: 'Sign in…' }).click();
      await page.getByRole('button', { name: 'Try again' }).waitFor();
    },
  },
  {
    name: 'sign-in-narrow',
    viewport: { width: 360, height: 740 },
    reach: async (page) => {
      await openSettings(page);
      await page.getByRole('button', { name: 'Sign in…' }).click();
      await page.getByRole('link', { name: 'Open in browser' }).waitFor();
    },
  },
  {
    name: 'sign-in-waiting-narrow',
    viewport: { width: 360, height: 740 },
    reach: async (page) => {
      await openSignInPage(page);
      await page.getByText('Continue in your browser', { exact: true }).waitFor();
      await page.getByText('Page did not open?').click();
      await page.bringToFront();
    },
  },
  {
    name: 'claude-code-starting',
    prepare: (fake) => {
      fake.silentAt = /claude-code\/login$/;
    },
    reach: async (page) => {
      await openClaudeCode(page);
      await page.getByText('Starting Claude Code').waitFor();
    },
  },
  {
    name: 'claude-code-checking',
    reach: async (page, fake) => {
      await openClaudeCode(page);
      await page.getByText('Continue in your browser').waitFor();
      fake.silentAt = /claude-code\/login$/;
      await page.getByRole('textbox', { name: 'Code from the page' }).fill('good');
      await page.getByRole('button', { name: 'Submit code' }).click();
      await page.getByText('Sending the code to Claude Code').first().waitFor();
    },
  },
  {
    name: 'claude-code-refused',
    reach: async (page) => {
      await openClaudeCode(page);
      await page.getByRole('textbox', { name: 'Code from the page' }).fill('wrong');
      await page.getByRole('button', { name: 'Submit code' }).click();
      await page.getByText('The sign-in server refused the code').waitFor();
    },
  },
  {
    name: 'claude-code-missing',
    prepare: (fake) => {
      fake.refusedAt = { what: /claude-code\/login$/, code: 'agent_program_missing' };
    },
    reach: async (page) => {
      await openClaudeCode(page);
      await page.getByRole('button', { name: 'Try again' }).waitFor();
    },
  },
];
