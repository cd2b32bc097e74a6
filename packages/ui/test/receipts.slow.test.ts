import { afterAll, afterEach, expect, it } from 'vitest';
import { signIn } from './fake-facts.ts';
import { fallingBack } from './fake-queries.ts';
import { addUsage } from './fake-usage.ts';
import { ask, closeBrowser, goTo, type OpenWindow, openWindow } from './open-window.ts';

let w: OpenWindow;
afterEach(() => w.close());
afterAll(closeBrowser);

it.each([360, 590, 1180])('shows every receipt whole in a window of %d pixels, as a table', async (width) => {
  w = await openWindow(
    (fake) => {
      signIn(fake.facts);
      addUsage(fake.facts);
    },
    { viewport: { width, height: 800 } },
  );
  await goTo(w.page, 'Usage');
  const table = w.page.getByRole('region', { name: 'Table of receipts' });
  const row = table.getByRole('row').nth(3);
  await expect.poll(() => table.getByRole('columnheader').allTextContents()).toContain('Paid by');
  expect(await table.getByRole('columnheader').count()).toBe(6);
  expect(await row.getByRole('rowheader').count()).toBe(1);
  const paid = row.getByRole('cell').first();
  expect(await paid.innerText()).toMatch(/sign-in: covered \(\$0\.0210\)\s+API key: \$0\.0420/);
  expect(await row.getByRole('cell').last().innerText()).toBe('$0.0630');
  const hidden = await table.evaluate((region) => region.scrollWidth - region.clientWidth);
  expect(hidden).toBe(0);
});

it('says below a turn that two paid for it, and what each paid', async () => {
  w = await openWindow((fake) => {
    signIn(fake.facts);
    fake.query = fallingBack;
  });
  await ask(w.page, 'Go on.');
  await w.page.getByRole('button', { name: 'Allow once' }).click();
  const line = w.page.getByText('Receipt:').locator('..');
  await expect.poll(() => line.innerText()).toMatch(/sign-in, .+: covered \(list price \$0\.0123\)/);
  expect(await line.innerText()).toMatch(/API key, .+: \$0\.0289/);
  expect(await line.innerText()).toContain('Together $0.0412');
});
