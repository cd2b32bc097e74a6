import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { FakeSidecar } from './fake-sidecar.ts';

/** Where the built app lies. */
export const dist = fileURLToPath(new URL('../dist', import.meta.url));

/** A window of the app on a sidecar that behaves. */
export interface OpenWindow {
  readonly fake: FakeSidecar;
  readonly context: BrowserContext;
  readonly page: Page;
  /** What went wrong in the page: uncaught errors, and refusals of its content security policy. */
  readonly complaints: readonly string[];
  /** Addresses the page asked for that are not the sidecar's. */
  readonly strangers: readonly string[];
  readonly close: () => Promise<void>;
}

let browser: Promise<Browser> | null = null;

/** The browser that all windows of a file of tests are opened in. */
export async function sharedBrowser(): Promise<Browser> {
  await stat(dist).catch(() => {
    throw new Error('packages/ui/dist is missing: run "npm run build" first.');
  });
  browser ??= launchBrowser();
  return await browser;
}

/** Closes it, at the end of the file. */
export async function closeBrowser(): Promise<void> {
  await (await browser)?.close();
  browser = null;
}

/** Opens the app; `prepare` changes what the sidecar says before it is asked. */
export async function openWindow(
  prepare: (fake: FakeSidecar) => void = () => {},
  options: BrowserContextOptions = {},
): Promise<OpenWindow> {
  const shared = await sharedBrowser();
  const fake = new FakeSidecar(dist);
  prepare(fake);
  await fake.open();
  const context = await shared.newContext({ viewport: { width: 1180, height: 800 }, ...options });
  const strangers: string[] = [];
  await context.route(
    (address) => address.origin !== fake.url && address.protocol.startsWith('http'),
    (route) => {
      strangers.push(route.request().url());
      return route.abort();
    },
  );
  const page = await context.newPage();
  const complaints: string[] = [];
  collectComplaints(page, complaints);
  const sayWhatIsShown = watchForFailure(page);
  await page.goto(fake.windowUrl());
  await page.getByRole('status', { name: 'Readiness' }).waitFor();
  const close = async () => {
    await sayWhatIsShown();
    await context.close();
    await fake.close();
  };
  return { fake, context, page, complaints, strangers, close };
}

/** Gives a function that prints, before the page is closed, what it shows and which requests failed, where the test has failed. */
export function watchForFailure(page: Page): () => Promise<void> {
  const failed: string[] = [];
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? '';
    // What the page itself broke off, as it does with each query that goes on over the stream of events.
    if (reason !== 'net::ERR_ABORTED') failed.push(`${request.method()} ${request.url()}: ${reason}`);
  });
  return async () => {
    // The screens of the pages are made without tests.
    if (process.env['VITEST'] === undefined) return;
    const { TestRunner } = await import('vitest');
    if (TestRunner.getCurrentTest()?.result?.state !== 'fail' || page.isClosed()) return;
    const shown = await page.locator('body').ariaSnapshot({ timeout: 2_000 }).catch(String);
    process.stderr.write(`${[page.url().split('#ticket=')[0], ...failed, shown].join('\n')}\n`);
  };
}

/** Adds to the list what goes wrong in the page from now on. */
export function collectComplaints(page: Page, complaints: string[]): void {
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    // Refused and unreachable requests are part of the tests; the browser logs each.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text());
  });
}

/** Goes to one of the three places. */
export async function goTo(page: Page, place: 'Ask' | 'Usage' | 'Settings'): Promise<void> {
  await page.getByRole('link', { name: place, exact: true }).click();
  if (place !== 'Ask') await page.getByRole('heading', { name: place, level: 1 }).waitFor();
}

/** What the places of Settings are called. */
export type SettingsPlaceName =
  | 'Accounts'
  | 'Paying'
  | 'Agent'
  | 'Workspaces'
  | 'Window'
  | 'Privacy and health';

/** From Settings to one of its places. */
export async function goToSettings(page: Page, place: SettingsPlaceName): Promise<void> {
  const link = page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: place });
  await link.click();
  await page
    .getByRole('navigation', { name: 'Settings' })
    .locator('[aria-current=page]', { hasText: place })
    .waitFor();
}

/** Types a prompt and sends it with Enter. */
export async function ask(page: Page, prompt: string): Promise<void> {
  const field = page.getByRole('textbox', { name: 'Prompt' });
  await field.fill(prompt);
  await field.press('Enter');
}
