import type { Page } from 'playwright-core';
import { addSeveral } from '../fake-accounts.ts';
import { inSeconds, saveKey } from '../fake-facts.ts';
import type { FakeSidecar } from '../fake-sidecar.ts';
import { addLeasedReceipt, addUnknownModel, addUsage } from '../fake-usage.ts';
import { type Screen, signedIn } from './screen.ts';

function used(fake: FakeSidecar): void {
  signedIn(fake);
  addUsage(fake.facts);
}

/** Two sign-ins of one kind were used. */
function usedByTwo(fake: FakeSidecar): void {
  used(fake);
  addSeveral(fake.facts);
  const { usage } = fake.facts;
  const others = <Of extends { credentialId: string }>(list: readonly Of[]) =>
    list
      .filter(({ credentialId }) => credentialId === 'oauth:default')
      .map((each) => ({ ...each, credentialId: 'oauth:work' }));
  usage.windows.push(...others(usage.windows));
  usage.today.push(...others(usage.today));
  usage.month.push(...others(usage.month));
}

async function openUsage(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Usage', exact: true }).click();
  await page.getByRole('heading', { name: 'Receipts' }).waitFor();
}

async function openDocs(page: Page, fake: FakeSidecar): Promise<void> {
  await page.goto(`${fake.url}/docs`);
  await page.getByRole('heading', { name: '/conversations' }).waitFor();
}

/** A receipt of a kind of its own, in a wide window and in a narrow one. */
function receiptScreens(
  name: string,
  add: (facts: FakeSidecar['facts']) => void,
  text: string,
): readonly Screen[] {
  const viewports = {
    [name]: { width: 1180, height: 900 },
    [`${name}-narrow`]: { width: 360, height: 1500 },
  };
  return Object.entries(viewports).map(([each, viewport]) => ({
    ...{ name: each, viewport },
    prepare: (fake) => {
      used(fake);
      add(fake.facts);
    },
    reach: async (page) => {
      await openUsage(page);
      await page.getByText(text).scrollIntoViewIfNeeded();
    },
  }));
}

/** Usage, the list of routes, and an address that is worth nothing any more. */
export const usageScreens: readonly Screen[] = [
  {
    name: 'usage',
    whole: true,
    prepare: used,
    reach: openUsage,
  },
  {
    name: 'usage-month',
    whole: true,
    prepare: (fake) => {
      used(fake);
      fake.facts.usage.caps.push({
        scope: 'month',
        capUsd: 50,
        spentUsd: 4.05,
        reservedUsd: 0,
        leftUsd: 45.95,
      });
    },
    reach: async (page) => {
      await openUsage(page);
      await page.getByRole('radio', { name: 'Last 30 days' }).focus();
      await page.keyboard.press('ArrowRight');
      await page.getByText('is left.').waitFor();
      await page.getByText('Show as a table').click();
    },
  },
  ...(['usage-accounts', 'usage-accounts-narrow'] as const).map((name) => ({
    name,
    viewport: name === 'usage-accounts' ? { width: 1180, height: 900 } : { width: 360, height: 900 },
    prepare: usedByTwo,
    reach: openUsage,
  })),
  {
    name: 'usage-empty',
    prepare: signedIn,
    reach: openUsage,
  },
  ...receiptScreens('usage-leased', addLeasedReceipt, 'session 0c1de2ab'),
  ...receiptScreens('usage-unknown-model', addUnknownModel, 'no known price'),
  {
    name: 'usage-narrow',
    viewport: { width: 360, height: 1500 },
    prepare: used,
    reach: openUsage,
  },
  {
    name: 'docs',
    prepare: signedIn,
    reach: openDocs,
  },
  {
    name: 'docs-narrow',
    viewport: { width: 360, height: 740 },
    prepare: signedIn,
    reach: openDocs,
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
      used(fake);
      saveKey(fake.facts);
      fake.facts.usage.windows = fake.facts.usage.windows.map((each) => ({
        ...each,
        utilization: null,
        resetsAt: each.window === 'five_hour' ? inSeconds(-60) : null,
      }));
    },
    reach: async (page) => {
      await openUsage(page);
      await page.getByText('Show as a table').click();
    },
  },
];
