import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from './harness/launch-chromium.ts';
import { type AppWindow, openWindow } from './harness/open-window.ts';
import { acceptKey, sandboxApiKey } from './harness/sandbox-api-key.ts';
import { sandboxCounts } from './harness/sandbox-counts.ts';
import { type Postern, startPostern } from './harness/start-postern.ts';

/** Falling back and coming back, as one story; each step builds on the one before. */
describe('the sign-in and its backup key, in the window', () => {
  let postern: Postern;
  let browser: Browser;
  let window: AppWindow;

  beforeAll(async () => {
    postern = await startPostern();
    await acceptKey(String(postern.ready.sandboxUrl));
    browser = await launchChromium();
    window = await openWindow(browser, postern);
    await window.signIn();
  });
  afterAll(async () => {
    try {
      await window?.close();
    } finally {
      await browser?.close();
      await postern?.stop();
    }
  });

  /** Instant the countdown of the sign-in runs to. */
  const endsAt = () => window.page.locator('time.tabular').first().getAttribute('datetime');
  /** A button of the panel that makes trouble in the sandbox. */
  async function tryIt(name: string): Promise<void> {
    await window.button('Try it').click();
    await window.button(name).click();
    await window.page.getByText(/^Done\. ./).waitFor();
    await window.button('Close Try it').click();
  }

  const oauthRests = async () =>
    (await postern.client.credentials()).some(
      ({ id, cooldownUntil }) => id === 'oauth:default' && cooldownUntil !== null,
    );

  it('refreshes at the push of a button, and the countdown begins anew', async () => {
    await window.goTo('Settings');
    await window.signInStatus.getByText('Signed in', { exact: true }).waitFor();
    const before = await endsAt();
    await window.button('Renew now').click();
    await expect.poll(endsAt, { timeout: 10_000 }).not.toBe(before);
    await window.signInStatus.getByText('Signed in', { exact: true }).waitFor();
    await window.picture('21-refreshed');
    expect((await sandboxCounts(postern)).refresh).toMatchObject({ requests: 1, resent: 0 });
  });

  it('saves a key as the backup; the page then only knows its last four characters', async () => {
    await window.page.getByText('Add a backup key').click();
    await window.page.getByLabel('API key', { exact: true }).fill(sandboxApiKey);
    await window.button('Save key').click();
    await window.page.getByText(`Saved, ends in ${sandboxApiKey.slice(-4)}`).waitFor();
    expect(await window.page.content()).not.toContain(sandboxApiKey);
    await window.button('Remove key').waitFor();
    await window.picture('22-backup-key');
  });

  it('renews an expired token under the question: no banner, one more refresh', async () => {
    await window.goTo('Ask');
    await tryIt('Expire the token');
    expect(await window.ask('Still there?')).toContain('You asked: “Still there?”');
    expect((await sandboxCounts(postern)).refresh).toMatchObject({ requests: 2, resent: 0 });
    expect(await window.notices.innerText()).toBe('');
  });

  it('consent revoked while a query runs: the key pays for the rest, with banner, receipt and timeline entry', async () => {
    const file = join(postern.household.workspace, 'rescued.txt');
    await window.send(`write ${file} that says "Rescued"`);
    await window.button('Allow once').waitFor();
    await tryIt('Revoke consent');
    await window.button('Allow once').click();
    await window.answered();
    expect(existsSync(file)).toBe(true);
    await window.notices.getByText('API key is in use').waitFor();
    await window.page.getByRole('region', { name: 'Conversation' }).getByText('to API key.').waitFor();
    await window.picture('23-fallback');

    const [receipt] = (await postern.client.receipts()).items;
    expect(receipt).toMatchObject({
      outcome: 'completed',
      parts: [
        { credential: { kind: 'oauth' }, calls: 1, reason: 'preferred' },
        { credential: { kind: 'api_key' }, calls: 1, reason: 'reauthorization_required' },
      ],
    });
    const parts = receipt?.parts.reduce((sum, part) => sum + part.costUsd, 0) ?? Number.NaN;
    expect(parts).toBeCloseTo(receipt?.costUsd ?? 0, 10);

    await window.goTo('Usage');
    const row = window.page.getByRole('region', { name: 'Receipts' }).getByRole('row').nth(1);
    await row.getByText('Claude plan (Max) sign-in').waitFor();
    await row.getByText('API key').waitFor();
    await window.page.getByText('Switched from your sign-in to your API key').first().waitFor();
    await window.picture('24-usage');
    await window.goTo('Settings');
    await window.signInStatus.getByText('Action needed', { exact: true }).waitFor();
    await window.picture('25-needs-you');
  });

  it('signed in again, the next question is paid by the sign-in, and that is told too', async () => {
    await window.signIn();
    await window.goTo('Ask');
    await window.ask('Who pays now?');
    await window.notices.getByText('Back on Claude plan (Max) sign-in').waitFor();
    await window.picture('26-back');
    const [receipt] = (await postern.client.receipts()).items;
    expect(receipt?.parts).toMatchObject([{ credential: { kind: 'oauth' }, reason: 'preferred' }]);
    const { items } = await postern.client.timeline();
    expect(items.map(({ text }) => text)).toContainEqual(expect.stringMatching(/^Back to your sign-in/));
  });

  it('with the server away the question fails and says so; with the server back the same conversation goes on', async () => {
    await tryIt('Take the server away');
    await window.send('Is anybody there?');
    await window.answered();
    await window.page.getByRole('button', { name: 'Try again' }).waitFor();
    await window.picture('26-server-away');
    await tryIt('Bring it back');
    // The question that got no answer is part of the conversation.
    expect(await window.ask('And now?')).toContain('Is anybody there? And now?');
    const [receipt] = (await postern.client.receipts()).items;
    expect(receipt?.parts).toMatchObject([{ credential: { kind: 'oauth' }, reason: 'preferred' }]);
  });

  it('a limit from the panel: the key pays after a yes, the way back has its time, and is gone within seconds', async () => {
    await window.page.getByText('New conversation').click();
    await tryIt('Hit the limit');
    await window.send('Is there room?');
    await window.button('Allow once').click();
    await window.answered();
    await window.notices.getByText('API key is in use').waitFor();
    await window.notices.getByText(/switches back at .*\d:\d\d/).waitFor();
    await window.picture('27-limit');
    await tryIt('Bring it back');
    // The reset the service named is kept to, and is near.
    await expect.poll(oauthRests, { timeout: 20_000 }).toBe(false);
    await window.ask('And now there is?');
    await window.notices.getByText('Back on Claude plan (Max) sign-in').waitFor();
    const [receipt] = (await postern.client.receipts()).items;
    expect(receipt?.parts).toMatchObject([{ credential: { kind: 'oauth' }, reason: 'preferred' }]);
  });

  it('signed out, the key goes on alone, and the page of settings says who pays', async () => {
    await window.goTo('Settings');
    await window.button('Sign out').click();
    await window.signInStatus.getByText('Not signed in', { exact: true }).waitFor();
    await window.page.getByText('Your API key is in use').waitFor();
    // "Back on …" would not be true any more.
    await expect.poll(() => window.notices.innerText()).not.toContain('Back on');
    await window.picture('28-key-only');
    await window.goTo('Ask');
    expect(await window.ask('And now?')).toContain('You asked: “And now?”');
    const [receipt] = (await postern.client.receipts()).items;
    expect(receipt?.parts).toMatchObject([{ credential: { kind: 'api_key' }, covered: false }]);
    await window.picture('29-key-answer');
  });
});
