import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../end-to-end/harness/launch-chromium.ts';
import { openWindow } from '../end-to-end/harness/open-window.ts';
import { type Postern, startPostern } from '../end-to-end/harness/start-postern.ts';

let postern: Postern;
let browser: Browser;
let elsewhere: Server;
let url: string;
const asked: string[] = [];
beforeAll(async () => {
  postern = await startPostern();
  browser = await launchChromium();
  elsewhere = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end();
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await browser.close();
  elsewhere.close();
  await postern.stop();
});

/** The stand-in for a model repeats the beginning of a prompt, as text of its own. */
const hostilePrompts = (to: string): readonly string[] => [
  `![pixel](${to}/markdown.png)`,
  `<img src="${to}/html.png" onerror="fetch('${to}/handler')">`,
  `<script src="${to}/script.js"></script><script>fetch('${to}/inline')</script>`,
  `<iframe src="${to}/frame"></iframe><object data="${to}/object"></object><link rel=stylesheet href="${to}/style">`,
  `<svg><image href="${to}/svg"/><use href="${to}/use#x"/></svg><video poster="${to}/poster" src="${to}/video"></video>`,
  `[link](javascript:fetch('${to}/js')) <a href="data:text/html,<script>fetch('${to}/data')</script>">x</a>`,
  `<style>@import url(${to}/import); body{background:url(${to}/background)}</style>`,
  `<base href="${to}/"><meta http-equiv=refresh content="0;url=${to}/refresh"><form action="${to}/form"><button>x`,
];

test('the window breaks none of its own policy on the main path, talks to nobody but its sidecar, and fetches nothing of an answer', async () => {
  const window = await openWindow(browser, postern);
  const elsewhereAsked: string[] = [];
  window.page.on('request', (request) => {
    if (!request.url().startsWith(`${postern.ready.url}/`)) elsewhereAsked.push(request.url());
  });
  await window.signIn();
  expect(await window.ask('Hello')).toContain('Hello');
  for (const [at, prompt] of hostilePrompts(url).entries()) {
    await window.page.getByRole('link', { name: 'New conversation' }).click();
    await window.send(`No. ${at}: ${prompt}`);
    const answer = window.page.getByRole('article', { name: 'Answer' }).filter({ hasText: `No. ${at}:` });
    await answer.getByText('No real model').waitFor();
    await window.answered();
  }
  for (const place of ['Usage', 'Settings', 'Ask'] as const) await window.goTo(place);
  expect(new URL(window.page.url()).origin).toBe(postern.ready.url);
  expect([elsewhereAsked.filter((each) => !each.startsWith('data:')), asked]).toEqual([[], []]);
  // Throws where the page said that its policy, or Trusted Types, refused something.
  await window.close();
});

test('F43 the token stays in its tab: in no address, no storage that outlasts it, and in no other tab', async () => {
  const window = await openWindow(browser, postern);
  const { page } = window;
  await page.getByRole('textbox', { name: 'Prompt' }).waitFor();
  // The prompt is there before the ticket is swapped.
  await expect
    .poll(() => page.evaluate('JSON.stringify({ ...sessionStorage })'), { timeout: 10_000 })
    .toContain(postern.token);
  expect(page.url()).not.toMatch(/ticket|postern_/);
  const kept = await page.evaluate(`(async () => ({
    cookie: document.cookie,
    local: JSON.stringify({ ...localStorage }),
    databases: (await indexedDB.databases()).length,
    workers: (await navigator.serviceWorker.getRegistrations()).length,
    caches: (await caches.keys()).length,
    name: window.name,
    session: JSON.stringify({ ...sessionStorage }),
  }))()`);
  expect(kept).toEqual({
    cookie: '',
    local: expect.not.stringContaining('postern_'),
    databases: 0,
    workers: 0,
    caches: 0,
    name: '',
    session: expect.stringContaining(postern.token),
  });
  await page.goBack({ timeout: 2_000 }).catch(() => null);
  expect(page.url()).not.toContain('ticket');
  const other = await page.context().newPage();
  await other.goto(postern.ready.url);
  expect(await other.evaluate('JSON.stringify({ ...sessionStorage })')).not.toContain('postern_');
  expect(await other.evaluate(`fetch('/settings').then((answer) => answer.status)`)).toBe(401);
  await page.context().close();
});
