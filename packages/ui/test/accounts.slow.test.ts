import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, expect, it } from 'vitest';
import { addSeveral } from './fake-accounts.ts';
import { addConversation, signIn } from './fake-facts.ts';
import { addUsage } from './fake-usage.ts';
import { closeBrowser, goTo, goToSettings, type OpenWindow, openWindow } from './open-window.ts';

let w: OpenWindow;
afterEach(() => w.close());
afterAll(closeBrowser);

const signInStatus = () => w.page.getByRole('status', { name: 'Sign-in status' });

it('shows the address before anything is opened, waits, and notices by itself that it is done', async () => {
  w = await openWindow();
  await goTo(w.page, 'Settings');
  expect(await signInStatus().textContent()).toBe('Not signed in');
  await w.page.getByRole('button', { name: 'Sign in…' }).click();
  const address = w.page.getByRole('region', { name: 'Address of the sign-in page' });
  expect(await address.isVisible()).toBe(false);
  await w.page.getByText('Show the full address').click();
  await address.waitFor();
  expect(w.context.pages()).toHaveLength(1);
  const [other] = await Promise.all([
    w.context.waitForEvent('page'),
    w.page.getByRole('link', { name: 'Open in browser' }).click(),
  ]);
  await w.page.getByText('Continue in your browser', { exact: true }).waitFor();
  expect(await other.evaluate(() => window.opener === null)).toBe(true);
  await other.getByRole('link', { name: 'Allow' }).click();
  await w.page.getByText('Signed in as ada@example.com').waitFor();
  await w.page.getByRole('button', { name: 'Done' }).click();
  expect(await signInStatus().textContent()).toBe('Signed in');
  expect(w.complaints).toEqual([]);
});

it('goes on with a sign-in that was begun before, and ends it on request', async () => {
  w = await openWindow();
  await goTo(w.page, 'Settings');
  await w.page.getByRole('button', { name: 'Sign in…' }).click();
  await w.page.getByRole('link', { name: 'Open in browser' }).waitFor();
  await w.page.getByRole('button', { name: 'Close', exact: true }).click();
  await w.page.getByRole('button', { name: 'Sign in…' }).click();
  await w.page.getByRole('button', { name: 'Continue' }).click();
  await w.page.getByRole('link', { name: 'Open in browser' }).waitFor();
  await w.page.getByRole('button', { name: 'Cancel' }).click();
  await expect.poll(() => w.fake.facts.status.pendingSignIn).toBeNull();
});

it('takes a pasted code, keeps waiting after a wrong one, and says what was wrong', async () => {
  w = await openWindow();
  await goTo(w.page, 'Settings');
  await w.page.getByRole('button', { name: 'Sign in…' }).click();
  await w.page.getByText('Show the full address').click();
  await w.page.getByRole('button', { name: 'Copy address' }).click();
  const code = w.page.getByRole('textbox', { name: 'Code from the page' });
  await code.fill('wrong#code');
  await code.press('Enter');
  await w.page.getByText('This answer does not belong to the sign-in that is waiting').waitFor();
  await code.fill('good#code');
  await code.press('Enter');
  await w.page.getByText('Signed in as ada@example.com').waitFor();
});

it('signs out and says how the revocation went', async () => {
  w = await openWindow((fake) => signIn(fake.facts));
  await goTo(w.page, 'Settings');
  await w.page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await w.page.getByText('Signed out, and revoked at the server.').waitFor();
  expect(await signInStatus().textContent()).toBe('Not signed in');
});

it('renews on request', async () => {
  w = await openWindow((fake) => signIn(fake.facts, 272));
  await goTo(w.page, 'Settings');
  await w.page.getByRole('button', { name: 'Renew now' }).click();
  await w.page.getByText('Sign-in renewed.').waitFor();
  expect(await w.page.locator('.card time').first().textContent()).toMatch(/^7 h/);
});

it('counts down to the end of the access', async () => {
  w = await openWindow((fake) => signIn(fake.facts, 272));
  await goTo(w.page, 'Settings');
  const left = w.page.locator('.card time').first();
  const first = await left.textContent();
  expect(first).toMatch(/4 min \d\d s/);
  await expect.poll(() => left.textContent(), { timeout: 4_000 }).not.toBe(first);
});

it('saves a key that pays, and lets it step back as the backup', async () => {
  w = await openWindow();
  await goTo(w.page, 'Settings');
  await w.page.getByLabel('API key', { exact: true }).fill('sk-ant-api03-abcdefghijklmnop');
  await w.page.getByRole('button', { name: 'Save key' }).click();
  await w.page.getByText('Your API key is in use').waitFor();
  signIn(w.fake.facts);
  await w.fake.emit({
    event: 'sign_in_changed',
    data: { state: 'signed_in', step: 'completed', code: null },
  });
  await w.page.getByRole('heading', { name: 'Backup API key' }).waitFor();
});

it('moves a credential by dragging', async () => {
  // Tall enough that nothing scrolls under the pointer.
  w = await openWindow((fake) => signIn(fake.facts), { viewport: { width: 1180, height: 2400 } });
  await goTo(w.page, 'Settings');
  const cards = w.page.locator('.credential-card');
  await cards.nth(3).dragTo(cards.nth(1));
  await expect.poll(() => w.fake.facts.settings.credentialOrder[1]).toBe('api_key');
});

it('adds a further sign-in under a name, and lists it', async () => {
  w = await openWindow((fake) => signIn(fake.facts));
  await goTo(w.page, 'Settings');
  await w.page.getByRole('button', { name: 'Add sign-in…' }).click();
  await w.page.getByLabel('Name').fill('Work');
  await w.page.getByRole('button', { name: 'Continue to sign-in' }).click();
  const [other] = await Promise.all([
    w.context.waitForEvent('page'),
    w.page.getByRole('link', { name: 'Open in browser' }).click(),
  ]);
  await other.getByRole('link', { name: 'Allow' }).click();
  await w.page.bringToFront();
  await w.page.getByText('Signed in as work@example.com').waitFor();
  await w.page.getByRole('button', { name: 'Done' }).click();
  await w.page.getByRole('button', { name: 'Manage Work' }).click();
  await w.page.getByRole('dialog').getByText('Difference Engines').waitFor();
  // Tried after the one that was there.
  expect(w.fake.facts.settings.accounts).toEqual([
    { id: 'oauth:default', label: null },
    { id: 'oauth:work', label: 'Work' },
  ]);
  // The first sign-in is as it was.
  expect(await signInStatus().textContent()).toBe('Signed in');
});

it('signs out of Claude Code only after it was said what else that ends', async () => {
  w = await openWindow((fake) => addSeveral(fake.facts));
  await goTo(w.page, 'Settings');
  await w.page.getByRole('button', { name: 'Manage team@example.com' }).click();
  await w.page.getByRole('button', { name: 'Sign out…' }).click();
  await w.page.getByRole('dialog').getByText('nowhere else').waitFor();
  expect(w.fake.posts.map(({ path }) => path)).not.toContain('/auth/claude-code/logout');
  await w.page.getByRole('dialog').getByRole('button', { name: 'Sign out', exact: true }).click();
  await w.page.getByRole('dialog').waitFor({ state: 'hidden' });
  expect(w.fake.posts.at(-1)?.path).toBe('/auth/claude-code/logout');
});

it('chooses for a workspace, and keeps no program ready, on request', async () => {
  w = await openWindow((fake) => {
    addSeveral(fake.facts);
    addConversation(fake.facts, 'c1', 'Correct the Bernoulli numbers', []);
  });
  await goTo(w.page, 'Settings');
  await goToSettings(w.page, 'Workspaces');
  await w.page.getByLabel('/home/ada/engine').selectOption({ label: 'Team budget' });
  await expect
    .poll(() => w.fake.facts.settings.workspaceCredential)
    .toEqual({ '/home/ada/engine': 'api_key:team' });
  await w.page.getByLabel('/home/ada/engine').selectOption({ label: 'Default order' });
  await expect.poll(() => w.fake.facts.settings.workspaceCredential).toEqual({});
  await goToSettings(w.page, 'Agent');
  await w.page.getByRole('group', { name: 'Start answers faster' }).getByLabel('Off').check();
  await expect.poll(() => w.fake.facts.settings.warmPrograms).toBe(false);
});

it('removes a key with its name and its workspaces', async () => {
  w = await openWindow((fake) => {
    addSeveral(fake.facts);
    fake.facts.settings.workspaceCredential = { '/projects': 'api_key:team', '/home': 'oauth:work' };
  });
  await goTo(w.page, 'Settings');
  await w.page.getByRole('button', { name: 'Manage Team budget' }).click();
  await w.page.getByRole('button', { name: 'Remove…' }).click();
  await w.page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
  await w.page.getByRole('dialog').waitFor({ state: 'hidden' });
  expect(w.fake.facts.credentials.map(({ id }) => id)).not.toContain('api_key:team');
  expect(w.fake.facts.settings.workspaceCredential).toEqual({ '/home': 'oauth:work' });
  expect(w.fake.facts.settings.accounts?.map(({ id }) => id)).not.toContain('api_key:team');
});

it('exports every receipt as a CSV file', async () => {
  w = await openWindow((fake) => {
    signIn(fake.facts);
    addUsage(fake.facts);
  });
  await goTo(w.page, 'Usage');
  const [download] = await Promise.all([
    w.page.waitForEvent('download'),
    w.page.getByRole('button', { name: 'Export as CSV' }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^postern-receipts-\d{4}-\d\d-\d\d\.csv$/);
  const text = await readFile(await download.path(), 'utf8');
  const parts = w.fake.facts.receipts.flatMap((receipt) => receipt.parts);
  expect(text.split('\r\n')).toHaveLength(parts.length + 2);
  expect(w.complaints).toEqual([]);
});

it('makes trouble in the sandbox on request', async () => {
  w = await openWindow((fake) => signIn(fake.facts));
  await w.page.getByRole('button', { name: 'Try it', exact: true }).click();
  await w.page.getByRole('button', { name: 'Revoke consent' }).click();
  await w.page.getByText('Done. The sign-in has ended').waitFor();
  expect(w.fake.posts.at(-1)).toEqual({ path: '/sandbox/revoke', body: {} });
});
