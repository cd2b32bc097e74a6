import { readFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchBrowser } from './browser.ts';
import { addConversation, addUsage, fallBack, inSeconds, ref, saveKey, signIn } from './fake-facts.ts';
import { answering, endless, fallingBack, writing } from './fake-queries.ts';
import { FakeSidecar } from './fake-sidecar.ts';

const dist = fileURLToPath(new URL('../dist', import.meta.url));
let browser: Browser;
let context: BrowserContext;
let fake: FakeSidecar;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  await stat(dist).catch(() => {
    throw new Error('packages/ui/dist is missing: run "npm run build" first.');
  });
  browser = await launchBrowser();
});
afterAll(() => browser.close());

beforeEach(async () => {
  fake = new FakeSidecar(dist);
  await fake.open();
  context = await browser.newContext({ viewport: { width: 1180, height: 800 } });
  page = await context.newPage();
  complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/Failed to load resource/.test(message.text()))
      complaints.push(message.text());
  });
});
afterEach(async () => {
  await context.close();
  await fake.close();
});

async function openApp(): Promise<void> {
  await page.goto(fake.windowUrl());
  await page.getByRole('status', { name: 'Readiness' }).waitFor();
}

const readiness = () => page.getByRole('status', { name: 'Readiness' });
const signInStatus = () => page.getByRole('status', { name: 'Sign-in status' });
const prompt = () => page.getByRole('textbox', { name: 'Prompt' });

async function place(name: 'Ask' | 'Usage' | 'Settings'): Promise<void> {
  await page.getByRole('link', { name, exact: true }).click();
}

async function ask(text: string): Promise<void> {
  await prompt().fill(text);
  await prompt().press('Enter');
}

describe('the session', () => {
  it('takes the ticket out of the address at once and keeps the token over a reload', async () => {
    signIn(fake.facts);
    await openApp();
    expect(page.url()).not.toContain('ticket');
    await page.reload();
    await expect.poll(() => readiness().textContent()).toContain('Ready');
    expect(complaints).toEqual([]);
  });

  it('says what to do where the ticket was used before', async () => {
    const address = fake.windowUrl();
    await page.goto(address);
    await readiness().waitFor();
    const other = await browser.newPage();
    await other.goto(address);
    await other.getByText('This window is not connected to the running Postern').waitFor();
    expect(await other.getByText('postern open').first().isVisible()).toBe(true);
    await other.close();
  });

  it('keeps draft, place and content over a restart, says so, and goes on with a new ticket in the same tab', async () => {
    signIn(fake.facts);
    await openApp();
    await ask('Hello?');
    await page.getByText('Hello there.').waitFor();
    await prompt().fill('A draft that must not be lost');
    const before = page.url();
    await fake.close();
    await page.getByText('Postern does not answer').first().waitFor();
    fake.token = 'of another launch';
    await fake.open();
    await page.getByText('This window is not connected to the running Postern').waitFor();
    expect(await page.getByText('postern open').first().isVisible()).toBe(true);
    expect(await prompt().inputValue()).toBe('A draft that must not be lost');
    expect(await page.getByText('Hello there.').isVisible()).toBe(true);
    expect(page.url()).toBe(before);
    const fragment = new URL(fake.windowUrl()).hash;
    await page.evaluate((hash) => {
      window.location.hash = hash;
    }, fragment);
    await expect.poll(() => readiness().textContent()).toContain('Ready');
    expect(await prompt().inputValue()).toBe('A draft that must not be lost');
    expect(await page.getByText('Hello there.').isVisible()).toBe(true);
    expect(page.url()).toBe(before);
  });

  it('keeps a draft over a reload', async () => {
    signIn(fake.facts);
    await openApp();
    await prompt().fill('Half a thought');
    await page.reload();
    await readiness().waitFor();
    expect(await prompt().inputValue()).toBe('Half a thought');
  });
});

describe('signing in', () => {
  it('shows the address first, waits, and notices by itself that it is done', async () => {
    await openApp();
    await place('Settings');
    expect(await signInStatus().textContent()).toBe('Not connected');
    await page.getByRole('button', { name: 'Connect…' }).click();
    await page.getByRole('region', { name: 'Address of the sign-in page' }).waitFor();
    expect(context.pages()).toHaveLength(1);
    const [other] = await Promise.all([
      context.waitForEvent('page'),
      page.getByRole('link', { name: 'Open in browser' }).click(),
    ]);
    await page.getByText('Waiting for you in the browser', { exact: true }).waitFor();
    expect(await other.evaluate(() => window.opener === null)).toBe(true);
    await other.getByRole('link', { name: 'Allow' }).click();
    await page.getByText('Signed in as ada@example.com').waitFor();
    await page.getByRole('button', { name: 'Done' }).click();
    expect(await signInStatus().textContent()).toBe('Connected');
    expect(complaints).toEqual([]);
  });

  it('goes on with a sign-in that another window began', async () => {
    await openApp();
    await place('Settings');
    await page.getByRole('button', { name: 'Connect…' }).click();
    await page.getByRole('link', { name: 'Open in browser' }).waitFor();
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    await page.getByRole('button', { name: 'Connect…' }).click();
    await page.getByRole('button', { name: 'Go on with it' }).click();
    await page.getByRole('link', { name: 'Open in browser' }).waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await expect.poll(() => fake.facts.status.pendingSignIn).toBeNull();
  });

  it('signs out and says how the revocation went', async () => {
    signIn(fake.facts);
    await openApp();
    await place('Settings');
    await page.getByRole('button', { name: 'Disconnect' }).click();
    await page.getByText('Signed out here, and revoked at the server.').waitFor();
    expect(await signInStatus().textContent()).toBe('Not connected');
  });

  it('counts down to the end of the access', async () => {
    signIn(fake.facts, 272);
    await openApp();
    await place('Settings');
    const left = page.locator('.card time').first();
    const first = await left.textContent();
    expect(first).toMatch(/4 min \d\d s/);
    await expect.poll(() => left.textContent(), { timeout: 4_000 }).not.toBe(first);
  });

  it('saves a key that pays, and lets it step back as the backup', async () => {
    await openApp();
    await place('Settings');
    await page.getByLabel('API key', { exact: true }).fill('sk-ant-api03-abcdefghijklmnop');
    await page.getByRole('button', { name: 'Save key' }).click();
    await page.getByText('Your API key pays for what you ask').waitFor();
    signIn(fake.facts);
    fake.emit({ event: 'sign_in_changed', data: { state: 'signed_in', step: 'completed', code: null } });
    await page.getByRole('heading', { name: 'Backup: Console API key' }).waitFor();
  });
});

describe('asking', () => {
  beforeEach(() => signIn(fake.facts));

  it('streams, names the conversation in the address, and shows who paid', async () => {
    await openApp();
    fake.query = answering(['Hel', 'lo **th', 'ere**.']);
    await ask('Hello?');
    await page.getByText('Receipt:').waitFor();
    expect(await page.locator('strong', { hasText: 'there' }).count()).toBe(1);
    expect(page.url()).toMatch(/#\/ask\/[0-9a-f-]{36}$/);
    expect(await page.getByText('Paid by your sign-in’s plan').isVisible()).toBe(true);
    await ask('And again?');
    await expect.poll(() => fake.asked.length).toBe(2);
    expect(fake.asked[1]?.conversationId).toBe(page.url().split('/').at(-1));
    expect(complaints).toEqual([]);
  });

  it('stops', async () => {
    fake.query = endless;
    await openApp();
    await ask('Think.');
    await page.getByText('I am thinking about it').waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('Stopped. The conversation can go on.').waitFor();
    await page.getByRole('button', { name: 'Send' }).waitFor();
  });

  it('asks before a tool runs, without taking the keys of somebody who types', async () => {
    fake.query = writing;
    await openApp();
    await ask('Correct it.');
    await prompt().fill('meanwhile');
    await page.getByRole('button', { name: 'Allow once' }).waitFor();
    await prompt().press('End');
    await page.keyboard.type(' I type');
    expect(await prompt().inputValue()).toBe('meanwhile I type');
    await page.getByRole('button', { name: 'Always allow here' }).click();
    await page.getByText('Receipt:').waitFor();
    expect(fake.posts.find((each) => each.path === '/approve')?.body).toMatchObject({
      decision: 'allow',
      remember: true,
    });
    expect(await page.getByText('return -sum(n) / (n + 1);').isVisible()).toBe(true);
  });

  it('tells of a switch once, and keeps it away once dismissed', async () => {
    saveKey(fake.facts);
    fake.query = fallingBack;
    await openApp();
    await ask('Go on.');
    fallBack(fake.facts, 'plan_limit_reached', inSeconds(3600));
    await page.getByRole('button', { name: 'Allow once' }).click();
    const at = inSeconds(0);
    const fallback = {
      event: 'fallback',
      data: { from: ref('oauth'), to: ref('api_key'), reason: 'plan_limit_reached', at },
    } as const;
    fake.emit(fallback);
    await page.getByText('Receipt:').waitFor();
    expect(await page.getByText('API key has taken over').count()).toBe(1);
    expect(await readiness().textContent()).toContain('On backup until');
    await page.getByRole('button', { name: 'Dismiss' }).click();
    fake.emit(fallback);
    await page.waitForFunction(() => !document.body.textContent?.includes('has taken over'));
    expect(await page.getByText('API key has taken over').count()).toBe(0);
  });

  it('finds and opens earlier conversations', async () => {
    addConversation(fake.facts, 'c1', 'Bernoulli numbers', [
      { type: 'user', text: 'What is B(2)?', at: null },
      { type: 'assistant_text', text: 'One sixth.' },
    ]);
    addConversation(fake.facts, 'c2', 'Something else', []);
    await openApp();
    await page.getByRole('searchbox', { name: 'Search conversations' }).fill('bern');
    await expect.poll(() => page.locator('.conversation-link').count()).toBe(1);
    await page.getByRole('link', { name: /Bernoulli numbers/ }).click();
    await page.getByText('One sixth.').waitFor();
    await ask('And B(4)?');
    await expect.poll(() => fake.asked[0]?.conversationId).toBe('c1');
  });

  it('says in plain words that nobody is signed in', async () => {
    fake.facts.status = { ...fake.facts.status, activeCredential: null, state: 'signed_out' };
    await openApp();
    await ask('Hello?');
    await page.getByRole('alert').getByText('You are not signed in').waitFor();
    expect(await page.getByRole('button', { name: 'Try again' }).isVisible()).toBe(true);
  });
});

it('exports every receipt as a CSV file', async () => {
  signIn(fake.facts);
  addUsage(fake.facts);
  await openApp();
  await place('Usage');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export as CSV' }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^postern-receipts-\d{4}-\d\d-\d\d\.csv$/);
  const text = await readFile(await download.path(), 'utf8');
  expect(text.split('\r\n')).toHaveLength(fake.facts.receipts.length + 2);
  expect(complaints).toEqual([]);
});

it('makes trouble in the sandbox on request', async () => {
  signIn(fake.facts);
  await openApp();
  await page.getByRole('button', { name: 'Try it', exact: true }).click();
  await page.getByRole('button', { name: 'Revoke consent' }).click();
  await page.getByText('Done. The sign-in has ended').waitFor();
  expect(fake.posts.at(-1)).toEqual({ path: '/sandbox/revoke', body: {} });
});

it('loads less than 200 kB of compressed script, and is there within a second', async () => {
  signIn(fake.facts);
  const scripts: string[] = [];
  page.on('response', (response) => {
    if (response.url().endsWith('.js')) scripts.push(new URL(response.url()).pathname);
  });
  await openApp();
  const sizes = await Promise.all(scripts.map(async (path) => gzipSync(await readFile(dist + path)).length));
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(200_000);
  await page.reload();
  await expect.poll(() => readiness().textContent()).toContain('Ready');
  const ready = await page.evaluate(
    () => performance.getEntriesByType('navigation')[0]?.toJSON().domContentLoadedEventEnd,
  );
  expect(ready).toBeLessThan(1_000);
});

it('remembers the chosen theme over what the system prefers', async () => {
  signIn(fake.facts);
  await openApp();
  await place('Settings');
  await page.getByText('Dark', { exact: true }).click();
  await expect.poll(() => page.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark');
});
