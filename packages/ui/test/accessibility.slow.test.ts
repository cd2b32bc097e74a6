import { afterAll, afterEach, expect, it } from 'vitest';
import { signIn } from './fake-facts.ts';
import { running } from './fake-queries.ts';
import { ask, closeBrowser, goTo, type OpenWindow, openWindow } from './open-window.ts';

let w: OpenWindow;
afterEach(() => w.close());
afterAll(closeBrowser);

it('is used by keyboard alone: connect, ask, allow, read', async () => {
  w = await openWindow((fake) => {
    fake.query = running;
  });
  const focused = () =>
    w.page.evaluate(() => {
      const element = document.activeElement;
      return element?.getAttribute('aria-label') ?? element?.textContent?.trim() ?? '';
    });
  const tabTo = async (name: string) => {
    for (let presses = 0; presses < 60; presses += 1) {
      if ((await focused()) === name) return;
      await w.page.keyboard.press('Tab');
    }
    throw new Error(`Tab does not reach ${name}.`);
  };
  await tabTo('Sign in…');
  await w.page.keyboard.press('Enter');
  await w.page.getByRole('link', { name: 'Open in browser' }).waitFor();
  await tabTo('Open in browser');
  const [other] = await Promise.all([w.context.waitForEvent('page'), w.page.keyboard.press('Enter')]);
  await other.getByRole('link', { name: 'Allow' }).press('Enter');
  await w.page.bringToFront();
  await w.page.getByText('Signed in as').waitFor();
  await tabTo('Done');
  await w.page.keyboard.press('Enter');
  await expect.poll(() => w.page.getByRole('status', { name: 'Readiness' }).textContent()).toContain('Ready');
  await tabTo('Prompt');
  await w.page.keyboard.type('Run the tests.');
  await w.page.keyboard.press('Enter');
  await w.page.getByRole('button', { name: 'Allow once' }).waitFor();
  await tabTo('Allow once');
  // In its first half second a question takes no yes.
  await w.page
    .locator('button[aria-disabled="true"]', { hasText: 'Allow once' })
    .waitFor({ state: 'detached' });
  await w.page.keyboard.press('Enter');
  await w.page.getByText('Receipt:').waitFor();
  await expect.poll(focused).toBe('Prompt');
});

it('gives the focus back where it was when a dialog closes', async () => {
  w = await openWindow();
  await goTo(w.page, 'Settings');
  const button = w.page.getByRole('button', { name: 'Use Claude Code' });
  await button.press('Enter');
  await w.page.getByRole('dialog').waitFor();
  await w.page.keyboard.press('Escape');
  await w.page.getByRole('dialog').waitFor({ state: 'hidden' });
  expect(await button.evaluate((element) => element === document.activeElement)).toBe(true);
});

it('tells a screen reader that an answer is complete, and does not read it out piece by piece', async () => {
  w = await openWindow((fake) => signIn(fake.facts));
  await ask(w.page, 'Hello?');
  await expect
    .poll(() => w.page.getByRole('status', { name: 'Announcements' }).textContent())
    .toBe('The answer is complete.');
  expect(
    await w.page
      .getByRole('region', { name: 'Conversation', exact: true })
      .locator('xpath=ancestor-or-self::*[@aria-live or @role="log" or @role="status"]')
      .count(),
  ).toBe(0);
});

it('moves nothing for whoever asked for less motion', async () => {
  w = await openWindow(() => {}, { reducedMotion: 'reduce' });
  const moving = await w.page.evaluate(() => document.getAnimations().length);
  expect(moving).toBe(0);
});
