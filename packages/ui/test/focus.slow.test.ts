import { afterAll, afterEach, expect, it } from 'vitest';
import { addSeveral } from './fake-accounts.ts';
import { addConversation, saveKey, signIn } from './fake-facts.ts';
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

it('stays in the dialog that its step is of, and goes to the prompt when the first run has ended', async () => {
  w = await openWindow();
  await w.page.getByRole('button', { name: 'Sign in…' }).press('Enter');
  const dialog = w.page.getByRole('dialog');
  const hasFocus = () => dialog.evaluate((element) => element.contains(document.activeElement));
  const [other] = await Promise.all([
    w.context.waitForEvent('page'),
    dialog.getByRole('link', { name: 'Open in browser' }).press('Enter'),
  ]);
  await dialog.getByText('Continue in your browser').waitFor();
  await expect.poll(hasFocus).toBe(true);
  await other.getByRole('link', { name: 'Allow' }).press('Enter');
  await w.page.bringToFront();
  await w.page.getByText('Signed in as').waitFor();
  await expect.poll(hasFocus).toBe(true);
  await dialog.getByRole('button', { name: 'Done' }).press('Enter');
  await expect.poll(focused).toBe('Prompt');
});

it('stays in the section whose button goes away: signing out, signing in, removing a key', async () => {
  w = await openWindow((fake) => {
    signIn(fake.facts);
    saveKey(fake.facts);
  });
  await goTo(w.page, 'Settings');
  await goToSettings(w.page, 'Accounts');
  await w.page.getByRole('button', { name: 'Remove key' }).press('Enter');
  await expect.poll(focused).toMatch(/^(Backup )?API key/);
  await w.page.getByRole('button', { name: 'Sign out' }).press('Enter');
  await w.page.getByRole('button', { name: 'Sign in…' }).waitFor();
  await expect.poll(focused).toMatch(/^Claude plan \(Max\) sign-in/);
  await w.page.getByRole('button', { name: 'Sign in…' }).press('Enter');
  await expect.poll(focused).toBe('Close');
  await w.page.keyboard.press('Escape');
  await w.page.getByRole('dialog').waitFor({ state: 'detached' });
  await expect.poll(focused).toMatch(/^Claude plan \(Max\) sign-in/);
});

it('is not lost with a notice that is dismissed, nor with the panel of the sandbox', async () => {
  w = await openWindow((fake) => {
    signIn(fake.facts);
    fake.facts.health = { ...fake.facts.health, mode: 'sandbox' };
  });
  await goTo(w.page, 'Settings');
  await w.page.getByRole('button', { name: 'Renew now' }).press('Enter');
  await w.page.getByRole('button', { name: 'Dismiss' }).press('Enter');
  await expect.poll(() => w.page.evaluate(() => document.activeElement?.id)).toBe('main');
  await w.page.getByRole('button', { name: 'Try it' }).press('Enter');
  await w.page.getByRole('button', { name: 'Close Try it' }).press('Enter');
  await expect.poll(focused).toBe('Try it');
});

it('goes to the conversation that is chosen in the drawer of a narrow window', async () => {
  w = await openWindow(
    (fake) => {
      signIn(fake.facts);
      addConversation(fake.facts, 'c1', 'Plans', []);
    },
    { viewport: { width: 360, height: 740 } },
  );
  await w.page.getByRole('button', { name: 'Show conversations' }).press('Enter');
  await w.page.getByRole('link', { name: /^Plans/ }).press('Enter');
  await w.page.getByRole('searchbox').waitFor({ state: 'hidden' });
  await expect.poll(() => w.page.evaluate(() => document.activeElement?.id)).toBe('main');
});
