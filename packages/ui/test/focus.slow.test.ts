import { afterAll, afterEach, expect, it } from 'vitest';
import { addSeveral } from './fake-accounts.ts';
import { addConversation, signIn } from './fake-facts.ts';
import { closeBrowser, goTo, goToSettings, type OpenWindow, openWindow } from './open-window.ts';

let w: OpenWindow;
afterEach(() => w.close());
afterAll(closeBrowser);

/** What has the focus: its label, or what is written in it. */
const focused = () =>
  w.page.evaluate(
    () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent,
  );

it('stays with a button of the payment order that moves its row, up to the end', async () => {
  w = await openWindow((fake) => addSeveral(fake.facts));
  await goTo(w.page, 'Settings');
  await goToSettings(w.page, 'Accounts');
  const up = w.page.getByRole('button', { name: /^Move .* up$/ }).nth(1);
  const label = (await up.getAttribute('aria-label')) ?? '';
  await up.press('Enter');
  const moved = w.page.getByRole('button', { name: label });
  await expect.poll(() => moved.getAttribute('aria-disabled')).toBe('true');
  expect(await focused()).toBe(label);
});

it('stays in the list when a conversation is deleted', async () => {
  w = await openWindow((fake) => {
    signIn(fake.facts);
    addConversation(fake.facts, 'c1', 'Plans', []);
  });
  await w.page
    .getByRole('button', { name: /^Rename or delete/ })
    .first()
    .press('Enter');
  await w.page.getByRole('button', { name: 'Delete…' }).press('Enter');
  await expect.poll(focused).toBe('Close');
  await w.page.getByRole('button', { name: 'Delete', exact: true }).press('Enter');
  await w.page.getByRole('dialog').waitFor({ state: 'detached' });
  await expect.poll(focused).toBe('New conversation');
});
