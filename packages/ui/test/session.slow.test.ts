import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, expect, it } from 'vitest';
import { signIn } from './fake-facts.ts';
import type { FakeSidecar } from './fake-sidecar.ts';
import { ask, closeBrowser, dist, goTo, goToSettings, type OpenWindow, openWindow } from './open-window.ts';

let w: OpenWindow;
afterEach(() => w.close());
afterAll(closeBrowser);

const signedIn = (fake: FakeSidecar) => signIn(fake.facts);
const readiness = () => w.page.getByRole('status', { name: 'Readiness' });
const prompt = () => w.page.getByRole('textbox', { name: 'Prompt' });

it('takes the ticket out of the address at once and keeps the token over a reload', async () => {
  w = await openWindow(signedIn);
  expect(w.page.url()).not.toContain('ticket');
  await w.page.reload();
  await expect.poll(() => readiness().textContent()).toContain('Ready');
  expect(w.complaints).toEqual([]);
});

it('says what to do where the ticket was used before', async () => {
  w = await openWindow();
  const address = w.fake.windowUrl();
  const other = await w.context.newPage();
  await w.page.goto(address);
  await readiness().waitFor();
  await other.goto(address);
  await other.getByText('This window is not connected to the running Postern').waitFor();
  expect(await other.getByText('postern open').first().isVisible()).toBe(true);
});

it('keeps draft, place and content over a restart, says so, and goes on with a new ticket in the same tab', async () => {
  w = await openWindow(signedIn);
  await ask(w.page, 'Hello?');
  await w.page.getByText('Hello there.').waitFor();
  await prompt().fill('A draft that must not be lost');
  const before = w.page.url();
  await w.fake.close();
  await w.page.getByText('Postern is not responding').first().waitFor();
  w.fake.token = 'of another launch';
  await w.fake.open();
  await w.page.getByText('This window is not connected to the running Postern').waitFor();
  expect(await w.page.getByText('postern open').first().isVisible()).toBe(true);
  expect(await prompt().inputValue()).toBe('A draft that must not be lost');
  expect(await w.page.getByText('Hello there.').isVisible()).toBe(true);
  expect(w.page.url()).toBe(before);

  const fragment = new URL(w.fake.windowUrl()).hash;
  await w.page.evaluate((hash) => {
    window.location.hash = hash;
  }, fragment);
  await expect.poll(() => readiness().textContent()).toContain('Ready');
  expect(await prompt().inputValue()).toBe('A draft that must not be lost');
  expect(await w.page.getByText('Hello there.').isVisible()).toBe(true);
  expect(w.page.url()).toBe(before);
});

it('keeps a draft over a reload', async () => {
  w = await openWindow(signedIn);
  await prompt().fill('Half a thought');
  await w.page.reload();
  await readiness().waitFor();
  expect(await prompt().inputValue()).toBe('Half a thought');
});

it('keeps what is typed while a conversation gets its name, over a reload as well', async () => {
  w = await openWindow(signedIn);
  const start = Promise.withResolvers<void>();
  w.fake.startsAfter = start.promise;
  await ask(w.page, 'Hello?');
  await expect.poll(() => w.fake.asked.length).toBe(1);
  await prompt().fill('meanwhile');
  start.resolve();
  await w.page.getByText('Receipt:').waitFor();
  expect(await prompt().inputValue()).toBe('meanwhile');
  await w.page.reload();
  await readiness().waitFor();
  expect(await prompt().inputValue()).toBe('meanwhile');
});

it('remembers the chosen theme over what the system prefers', async () => {
  w = await openWindow(signedIn, { colorScheme: 'light' });
  await goTo(w.page, 'Settings');
  await goToSettings(w.page, 'Window');
  await w.page.getByRole('radio', { name: 'Dark' }).check();
  await expect.poll(() => w.page.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark');
});

it('loads less than 200 kB of compressed script', async () => {
  w = await openWindow(signedIn);
  // What the page before the reload still loads comes by the same names.
  const scripts = new Set<string>();
  w.page.on('response', (response) => {
    if (response.url().endsWith('.js')) scripts.add(new URL(response.url()).pathname);
  });
  await w.page.reload();
  await expect.poll(() => readiness().textContent(), { timeout: 10_000 }).toContain('Ready');
  // The last that is loaded without being asked for.
  await expect.poll(() => [...scripts].join(' '), { timeout: 10_000 }).toContain('message-list');
  const sizes = await Promise.all(
    [...scripts].map(async (path) => gzipSync(await readFile(dist + path)).length),
  );
  expect(sizes.length).toBeGreaterThan(0);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(200_000);
});

/** Runs in the page, from before its first script: when the control was there, took the focus and answered to a person. */
function watchForUse(name: string): void {
  const told = window as unknown as { usableMs?: number };
  let used = false;
  const look = () => {
    const controls = [...document.querySelectorAll<HTMLElement>('#prompt, main button')];
    const control = controls.find((each) => each.id === name || each.textContent?.trim() === name);
    if (control !== undefined && !used) {
      control.focus();
      if (document.activeElement !== control) return;
      used = true;
      control.click();
      if (control.id === 'prompt') document.execCommand('insertText', false, 'Hello');
    }
    // It has answered once the page has drawn what follows from it: a dialog, or a Send that sends.
    const follows = 'dialog[open], .composer-send button:not([aria-disabled])';
    if (!used || document.querySelector(follows) === null) return;
    told.usableMs = performance.now();
    observer.disconnect();
  };
  const observer = new MutationObserver(look);
  observer.observe(document, { childList: true, subtree: true, attributes: true });
}

it.each([
  ['prompt', signedIn],
  ['Sign in…', () => {}],
] as const)(
  'lets a person use %s right after it opens; how soon is measured and told',
  async (name, prepare) => {
    w = await openWindow(prepare);
    const page = await w.context.newPage();
    await page.addInitScript(watchForUse, name);
    await page.goto(w.fake.windowUrl());
    const usableMs = () => page.evaluate(() => (window as unknown as { usableMs?: number }).usableMs ?? null);
    await expect.poll(usableMs, { timeout: 10_000 }).not.toBeNull();
    process.stdout.write(
      `${name} could be used ${Math.round((await usableMs()) ?? 0)} ms after the address was opened\n`,
    );
  },
);

it('sends what was typed before the window was connected, as soon as it is', async () => {
  w = await openWindow(signedIn);
  const other = await w.context.newPage();
  let letThrough = () => {};
  const held = new Promise<void>((resolve) => {
    letThrough = resolve;
  });
  await other.route('**/session', async (route) => {
    await held;
    await route.continue();
  });
  await other.goto(w.fake.windowUrl());
  await ask(other, 'Quick!');
  expect(w.fake.asked).toHaveLength(0);
  letThrough();
  await other.getByText('Hello there.').waitFor();
  expect(w.fake.asked).toHaveLength(1);
});
