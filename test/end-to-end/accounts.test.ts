import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from './harness/launch-chromium.ts';
import { type AppWindow, openWindow } from './harness/open-window.ts';
import { acceptKey, sandboxApiKey } from './harness/sandbox-api-key.ts';
import { type Postern, startPostern } from './harness/start-postern.ts';

/** In this order, as one person would do it; each step stands on the one before. */
describe('several accounts, in the window', () => {
  let postern: Postern;
  let browser: Browser;
  let window: AppWindow;

  beforeAll(async () => {
    postern = await startPostern();
    await acceptKey(String(postern.ready.sandboxUrl));
    browser = await launchChromium();
    window = await openWindow(browser, postern);
    await window.signIn();
    await window.goTo('Settings');
  });
  afterAll(async () => {
    try {
      await window?.close();
    } finally {
      await browser?.close();
      await postern?.stop();
    }
  });

  const dialog = () => window.page.getByRole('dialog');
  const ids = async () =>
    (await postern.client.credentials())
      .filter(({ status }) => status === 'active')
      .map(({ id, label }) => `${id} ${label}`);

  it('adds a second sign-in under a name, and a second key', async () => {
    await window.button('Add sign-in…').click();
    await dialog().getByLabel('Name').fill('Work');
    await window.button('Continue to sign-in').click();
    const [server] = await Promise.all([
      window.page.context().waitForEvent('page'),
      dialog().getByRole('link', { name: 'Open in browser' }).click(),
    ]);
    await server.getByRole('button', { name: 'Allow' }).click();
    await dialog().getByText('Signed in as demo@example.com').waitFor();
    await server.close();
    await window.button('Done').click();

    await postern.client.updateSettings({ apiKey: sandboxApiKey });
    await window.button('Add key…').click();
    await dialog().getByLabel('Name').fill('Team');
    await dialog().getByLabel('API key').fill(sandboxApiKey);
    await dialog().getByRole('button', { name: 'Save key' }).click();
    await window.button('Manage Team').waitFor();
    expect(await ids()).toEqual([
      'oauth:default demo@example.com',
      'oauth:work Work',
      'api_key:default API key',
      'api_key:team Team',
    ]);
  });

  it('changes their order, which is the order in which they pay', async () => {
    const active = async () => (await postern.client.auth.status()).activeCredential?.id;
    expect(await active()).toBe('oauth:default');
    await window.button('Try Work earlier').click();
    await expect.poll(active).toBe('oauth:work');
  });

  it('lets a workspace prefer one of them', async () => {
    const { workspace } = postern.household;
    await postern.client.updateSettings({ workspace });
    await window.page
      .getByRole('navigation', { name: 'Settings' })
      .getByRole('link', { name: 'Workspaces' })
      .click();
    await window.page.getByLabel(workspace).selectOption({ label: 'Team' });
    await expect
      .poll(async () => (await postern.client.settings()).workspaceCredential)
      .toEqual({ [workspace]: 'api_key:team' });
    await window.goTo('Ask');
    await window.ask('Who pays here?');
    const [receipt] = (await postern.client.receipts()).items;
    expect(receipt?.parts).toMatchObject([{ credential: { id: 'api_key:team' }, reason: 'preferred' }]);
  });

  it('removes one, after saying what ends, and leaves the others', async () => {
    await window.goTo('Settings');
    await window.button('Manage Team').click();
    await window.button('Remove…').click();
    await dialog().getByText('It stays valid until you delete it in the Console').waitFor();
    await dialog().getByRole('button', { name: 'Remove' }).click();
    await dialog().waitFor({ state: 'hidden' });
    await window.button('Manage Work').click();
    await window.button('Remove…').click();
    await dialog().getByText('revokes it at the server').waitFor();
    await dialog().getByRole('button', { name: 'Remove' }).click();
    await dialog().waitFor({ state: 'hidden' });
    expect(await ids()).toEqual(['oauth:default demo@example.com', 'api_key:default API key']);
    expect(await postern.client.settings()).toMatchObject({ workspaceCredential: {} });
    await window.signInStatus.getByText('Signed in', { exact: true }).waitFor();
  });
});
