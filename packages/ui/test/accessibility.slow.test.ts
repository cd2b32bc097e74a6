import type { Locator } from 'playwright-core';
import { afterAll, afterEach, expect, it } from 'vitest';
import { addConversation, signIn } from './fake-facts.ts';
import { answering, endless, running } from './fake-queries.ts';
import { addUsage } from './fake-usage.ts';
import { ask, closeBrowser, goTo, goToSettings, type OpenWindow, openWindow } from './open-window.ts';

let w: OpenWindow;
afterEach(() => w.close());
afterAll(closeBrowser);

/** The name of what has the focus, as a user would call it. */
const focused = () =>
  w.page.evaluate(() => {
    const element = document.activeElement;
    const label = element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : null;
    return element?.getAttribute('aria-label') ?? label ?? element?.textContent?.trim() ?? '';
  });

async function tabTo(name: string | RegExp): Promise<void> {
  for (let presses = 0; presses < 80; presses += 1) {
    const now = await focused();
    if (typeof name === 'string' ? now === name : name.test(now)) return;
    await w.page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not reach ${name}.`);
}

async function press(name: string | RegExp): Promise<void> {
  await tabTo(name);
  await w.page.keyboard.press('Enter');
}

async function type(prompt: string): Promise<void> {
  await tabTo('Prompt');
  await w.page.keyboard.type(prompt);
  await w.page.keyboard.press('Enter');
}

it('is used by keyboard alone: connect, choose a folder, ask, allow, read, stop', async () => {
  w = await openWindow((fake) => {
    fake.query = (request, ...more) => (request.prompt === 'Think.' ? endless : running)(request, ...more);
  });
  await press('Sign in…');
  await w.page.getByRole('link', { name: 'Open in browser' }).waitFor();
  await tabTo('Open in browser');
  const [other] = await Promise.all([w.context.waitForEvent('page'), w.page.keyboard.press('Enter')]);
  await other.getByRole('link', { name: 'Allow' }).press('Enter');
  await w.page.bringToFront();
  await w.page.getByText('Signed in as').waitFor();
  await press('Done');
  await expect.poll(() => w.page.getByRole('status', { name: 'Readiness' }).textContent()).toContain('Ready');
  await press('Choose a folder');
  await w.page.getByRole('button', { name: 'engine', exact: true }).waitFor();
  await press('engine');
  await w.page.getByRole('heading', { name: '/home/ada/engine' }).waitFor();
  // Its name stands there while it is read; only then can it be used.
  await w.page.locator('button:not([aria-disabled])', { hasText: 'Use this folder' }).waitFor();
  await press('Use this folder');
  await type('Run the tests.');
  await w.page.getByRole('button', { name: 'Allow once' }).waitFor();
  await tabTo('Allow once');
  // In its first half second a question takes no yes.
  await w.page
    .locator('button[aria-disabled="true"]', { hasText: 'Allow once' })
    .waitFor({ state: 'detached' });
  await w.page.keyboard.press('Enter');
  await w.page.getByText('Receipt:').waitFor();
  await expect.poll(focused).toBe('Prompt');
  expect(w.fake.asked[0]?.workspace).toBe('/home/ada/engine');
  await type('Think.');
  await w.page.getByText('I am thinking about it').waitFor();
  await press('Stop');
  await w.page.getByText('Stopped. You can continue the conversation.').waitFor();
});

it('is used by keyboard alone: settings, receipts, search, undo', async () => {
  const files = [{ path: 'carriage.ts', changedSince: false }];
  const rewind = { files, insertions: 1, deletions: 0, state: 's', skipped: [] };
  w = await openWindow((fake) => {
    signIn(fake.facts);
    addUsage(fake.facts);
    addConversation(fake.facts, 'c1', 'Warn the carriage', [
      { type: 'user', text: 'Warn it', at: null, promptId: '5e551011-0000-8000-8000-000000000001' },
      { type: 'tool_use', toolUseId: 't1', name: 'Write', input: { file_path: 'carriage.ts', content: '1' } },
      { type: 'tool_result', toolUseId: 't1', content: 'File created', isError: false },
      { type: 'assistant_text', text: 'It is warned.' },
    ]);
    addConversation(fake.facts, 'c2', 'Something else', []);
    fake.facts.rewind = { would: rewind, did: rewind };
  });
  await press('Settings');
  await press('Paying');
  await tabTo('Use the next one and tell me');
  await w.page.keyboard.press('ArrowDown');
  await expect.poll(() => w.fake.facts.settings.fallback.onAuthFailure).toBe('ask');
  expect(await focused()).toBe('Ask me every time');
  await press('Usage');
  await w.page.getByRole('region', { name: 'Table of receipts' }).waitFor();
  await tabTo('Export as CSV');
  await tabTo('Search conversations');
  await w.page.keyboard.type('carriage');
  await expect.poll(() => w.page.locator('.conversation-link').count()).toBe(1);
  await press(/^Warn the carriage/);
  await w.page.getByText('It is warned.').waitFor();
  await press('Undo file changes…');
  await w.page.getByRole('button', { name: 'Undo changes' }).waitFor();
  await press('Undo changes');
  await w.page.getByRole('heading', { name: 'Changes undone' }).waitFor();
  await w.page.keyboard.press('Escape');
  await w.page.getByRole('dialog').waitFor({ state: 'hidden' });
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

it('tells what is chosen, what is open and who said what where the system’s own colours replace these', async () => {
  w = await openWindow(
    (fake) => {
      signIn(fake.facts);
      fake.query = answering(['The mill.']);
    },
    { forcedColors: 'active' },
  );
  const { page } = w;
  const styleOf = (element: Locator) =>
    element.evaluate((shown) => {
      const { backgroundColor, outlineStyle, borderTopStyle } = getComputedStyle(shown);
      return { backgroundColor, outlineStyle, borderTopStyle };
    });
  await ask(page, 'What is this?');
  await page.getByText('Receipt:').waitFor();
  expect(await styleOf(page.getByRole('article', { name: 'You' }))).toMatchObject({
    borderTopStyle: 'solid',
  });
  const open = page.getByRole('region', { name: 'Conversations' }).locator('[aria-current=page]');
  expect(await styleOf(open)).toMatchObject({ outlineStyle: 'solid' });
  await goTo(page, 'Settings');
  await goToSettings(page, 'Agent');
  const warm = page.getByRole('group', { name: 'Start answers faster' });
  const [off, on] = await Promise.all(
    ['Off', 'On'].map((label) => styleOf(warm.getByText(label, { exact: true }))),
  );
  expect(on?.backgroundColor).not.toBe(off?.backgroundColor);
});
