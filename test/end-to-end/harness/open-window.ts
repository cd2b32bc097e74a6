import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { watchForFailure } from '../../../packages/ui/test/open-window.ts';
import type { Postern } from './start-postern.ts';

/** Postern's window in Chromium, used as a person uses it: by names and words, not by the page's inside. */
export interface AppWindow {
  readonly page: Page;
  /** Goes to one of the three places by its link. */
  goTo(place: 'Ask' | 'Usage' | 'Settings'): Promise<void>;
  /**
   * Begins with "Sign in…" and goes through the server's pages in the tab that opens. Comes back with the dialog closed, and with
   * what Chromium said of the redirect (`Sec-Fetch-Site`).
   */
  signIn(): Promise<string | undefined>;
  /** Types a prompt and sends it. */
  send(prompt: string): Promise<void>;
  /** Waits for the end of the answer that runs. */
  answered(): Promise<void>;
  /** Sends and waits; gives the answer's last text as it is read. */
  ask(prompt: string): Promise<string>;
  button(name: string | RegExp): Locator;
  /** The sign-in's state in words, on the page of settings. */
  readonly signInStatus: Locator;
  /** Where switches of credential are told, in every place. */
  readonly notices: Locator;
  /** What moved in the page so far though it was there before, as Chromium's layout shift; also right after a key or a click. */
  layoutShift(): Promise<{ readonly sum: number; readonly moved: readonly string[] }>;
  /** Keeps a picture where one was asked for (`POSTERN_PICTURES=<folder>`), for a person to look at. */
  picture(name: string): Promise<void>;
  /** Closes it. @throws Error where its page broke a policy or threw */
  close(): Promise<void>;
}

/** A page that waits for something longer than this shows that it hangs. */
const patienceMs = 30_000;

/** Runs in the page before its first script. Source: https://wicg.github.io/layout-instability/ */
const watchShifts = `
  globalThis.layoutShift = { sum: 0, moved: [] };
  new PerformanceObserver((list) => {
    for (const { value, sources } of list.getEntries()) {
      layoutShift.sum += value;
      const place = ({ x, y, width, height }) => [x, y, width, height].map(Math.round).join(' ');
      for (const { node, previousRect, currentRect } of sources)
        layoutShift.moved.push([value.toFixed(4), node?.nodeName, node?.className, place(previousRect), 'to', place(currentRect)].join(' '));
    }
  }).observe({ type: 'layout-shift', buffered: true });
`;

/** Opens the window at a fresh one-time address, in a profile of its own. */
export async function openWindow(browser: Browser, postern: Postern): Promise<AppWindow> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
  context.setDefaultTimeout(patienceMs);
  const faults: string[] = [];
  const page = await context.newPage();
  await page.addInitScript({ content: watchShifts });
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    // A refusal that the page expects is an answer, and Chromium's own word for it no fault.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      faults.push(message.text());
  });
  const sayWhatIsShown = watchForFailure(page);
  await page.goto(await postern.windowUrl());
  const button = (name: string | RegExp) => page.getByRole('button', { name });

  async function send(prompt: string): Promise<void> {
    await page.getByRole('textbox', { name: 'Prompt' }).fill(prompt);
    await button('Send').click();
    await page.getByRole('article', { name: 'You' }).filter({ hasText: prompt }).last().waitFor();
  }
  const answered = () => button('Send').waitFor();

  return {
    page,
    goTo: async (place) => {
      await page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: place }).click();
    },
    signIn: async () => {
      await button('Sign in…').first().click();
      const dialog = page.getByRole('dialog');
      const [server] = await Promise.all([
        context.waitForEvent('page'),
        dialog.getByRole('link', { name: 'Open in browser' }).click(),
      ]);
      const [signIn, allow] = ['Sign in', 'Allow'].map((name) => server.getByRole('button', { name })) as [
        Locator,
        Locator,
      ];
      await signIn.or(allow).waitFor();
      // The second time the server still knows the browser, and only asks for consent.
      if (await signIn.isVisible()) await signIn.click();
      const [redirect] = await Promise.all([
        server.waitForRequest((request) => request.url().startsWith(`${postern.ready.url}/`)),
        allow.click(),
      ]);
      await server.getByRole('heading', { name: 'You are signed in.' }).waitFor();
      const site = (await redirect.allHeaders())['sec-fetch-site'];
      await server.close();
      await dialog.getByText('Signed in as demo@example.com').waitFor();
      await dialog.getByRole('button', { name: 'Done' }).click();
      return site;
    },
    send,
    answered,
    ask: async (prompt) => {
      await send(prompt);
      await answered();
      return await page.getByRole('article', { name: 'Answer' }).last().innerText();
    },
    button,
    signInStatus: page.getByRole('status', { name: 'Sign-in status' }),
    notices: page.getByRole('status', { name: 'Notices' }),
    layoutShift: () => page.evaluate('layoutShift'),
    picture: async (name) => {
      const folder = process.env['POSTERN_PICTURES'];
      if (folder === undefined || folder === '') return;
      mkdirSync(folder, { recursive: true });
      await page.screenshot({ path: join(folder, `${name}.png`) });
    },
    close: async () => {
      await sayWhatIsShown();
      await context.close();
      if (faults.length > 0) throw new Error(`The page was not well:\n${faults.join('\n')}`);
    },
  };
}
