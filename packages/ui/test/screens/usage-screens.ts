import { inSeconds, saveKey } from '../fake-facts.ts';
import { addUsage } from '../fake-usage.ts';
import { type Screen, signedIn } from './screen.ts';

/** Usage, the list of routes, and an address that is worth nothing any more. */
export const usageScreens: readonly Screen[] = [
  {
    name: 'usage',
    whole: true,
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
  {
    name: 'docs-narrow',
    viewport: { width: 360, height: 740 },
    prepare: signedIn,
    reach: async (page, fake) => {
      await page.goto(`${fake.url}/docs`);
      await page.getByRole('heading', { name: '/conversations' }).waitFor();
    },
  },
  {
    name: 'opened-without-ticket',
    reach: async (page, fake) => {
      await page.evaluate(() => sessionStorage.clear());
      await page.goto(`${fake.url}/#ticket=used-before`);
      await page.reload();
      await page.getByText('Postern was started again').waitFor();
    },
  },
  {
    name: 'usage-unreadable',
    prepare: (fake) => {
      signedIn(fake);
      fake.refusedAt = { what: / \/usage$/, code: 'internal_error' };
    },
    reach: async (page) => {
      await page.getByRole('link', { name: 'Usage', exact: true }).click();
      await page.getByText('internal_error').waitFor();
    },
  },
  {
    name: 'usage-table',
    whole: true,
    prepare: (fake) => {
      signedIn(fake);
      saveKey(fake.facts);
      addUsage(fake.facts);
      fake.facts.usage.windows = fake.facts.usage.windows.map((each) => ({
        ...each,
        utilization: null,
        resetsAt: each.window === 'five_hour' ? inSeconds(-60) : null,
      }));
    },
    reach: async (page) => {
      await page.getByRole('link', { name: 'Usage', exact: true }).click();
      await page.getByText('The same as a table').click();
    },
  },
];
