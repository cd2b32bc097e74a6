import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from './harness/launch-chromium.ts';
import { type AppWindow, openWindow } from './harness/open-window.ts';
import { acceptKey, sandboxApiKey } from './harness/sandbox-api-key.ts';
import { signInByCommand } from './harness/sign-in-by-command.ts';
import { type Postern, startPostern } from './harness/start-postern.ts';

/** In this order, as one person would meet it; each step stands on the one before. */
describe('a plan that is used up, in the window', () => {
  let postern: Postern;
  let browser: Browser;
  let window: AppWindow;

  beforeAll(async () => {
    postern = await startPostern();
    await acceptKey(String(postern.ready.sandboxUrl));
    await signInByCommand(postern);
    await postern.client.updateSettings({ apiKey: sandboxApiKey });
    await postern.client.sandbox.limit({ window: 'five_hour', resetsInSeconds: 3600 });
    browser = await launchChromium();
    window = await openWindow(browser, postern);
  });
  afterAll(async () => {
    try {
      await window?.close();
    } finally {
      await browser?.close();
      await postern?.stop();
    }
  });

  /** The question whether another may pay. */
  const question = () =>
    window.page.getByRole('region').filter({ has: window.button('Allow until midnight') });
  const capQuestion = () => window.page.getByRole('region', { name: 'Go over the cap for today?' });
  const newestReceipt = async () => (await postern.client.receipts()).items[0];

  it('asks whether the key may pay; a no ends the turn with the time of the reset', async () => {
    await window.send('May I?');
    await question().getByText('usage limit is reached').waitFor();
    await window.picture('31-limit-question');
    await window.button('Deny').click();
    await window.answered();
    await window.page.getByText('The backup key was not used', { exact: true }).waitFor();
    await window.picture('32-limit-no');
    const [limit] = (await postern.client.usage()).windows.filter(({ status }) => status === 'rejected');
    const time = new Date(String(limit?.resetsAt)).toTimeString().slice(0, 5);
    expect(await window.page.getByRole('main').innerText()).toContain(time);
    expect(await window.page.getByRole('article', { name: 'Answer' }).count()).toBe(0);
  });

  it('goes on after a yes, which is for this once', async () => {
    await window.send('And now?');
    await question().waitFor();
    await window.button('Allow once').click();
    await window.answered();
    expect(await window.page.getByRole('article', { name: 'Answer' }).last().innerText()).toContain(
      'And now?',
    );
    await window.notices.getByText('API key is in use').waitFor();
    await window.picture('33-limit-yes');
    expect(await newestReceipt()).toMatchObject({
      parts: [{ credential: { kind: 'api_key' }, reason: 'plan_limit_reached', covered: false }],
    });
  });

  it('asks no more today after "until midnight"', async () => {
    await window.send('Once more?');
    await question().waitFor();
    await window.button('Allow until midnight').click();
    await window.answered();
    // The key has paid before, and pays here too: the line below the answer must not say that the plan covers it.
    const receiptLine = window.page.getByText('Receipt:').last().locator('..');
    expect(await receiptLine.innerText()).not.toContain('covered');
    expect(await window.ask('And without a question?')).toContain('And without a question?');
    expect(await newestReceipt()).toMatchObject({ parts: [{ credential: { kind: 'api_key' } }] });
  });

  it('asks again when the cap is reached, whatever was allowed before', async () => {
    const { countedTodayUsd } = await postern.client.usage();
    expect(countedTodayUsd).toBeGreaterThan(0.01);
    await window.goTo('Settings');
    await window.page
      .getByRole('navigation', { name: 'Settings' })
      .getByRole('link', { name: 'Paying' })
      .click();
    const cap = window.page.getByLabel('Daily cap in US dollars');
    await cap.fill('0.01');
    await cap.press('Enter');
    await expect.poll(async () => (await postern.client.settings()).fallback.capUsdPerDay).toBe(0.01);
    await window.goTo('Ask');
    await window.send('Past the cap?');
    await capQuestion().getByText('may cost up to').waitFor();
    await window.picture('34-cap-question');
    await window.button('Deny').click();
    await window.answered();
    await window.page.getByText('A spending cap is reached', { exact: true }).waitFor();

    await window.send('For this once?');
    await capQuestion().waitFor();
    await window.button('Allow for this turn').click();
    await window.answered();
    expect(await window.page.getByRole('article', { name: 'Answer' }).last().innerText()).toContain(
      'For this once?',
    );
    await window.picture('35-cap-yes');
  });
});
