import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { approveOverHttp } from '@postern/sandbox';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium } from '../end-to-end/harness/launch-chromium.ts';
import { type Postern, startPostern } from '../end-to-end/harness/start-postern.ts';
import { portOf } from './harness/raw-request.ts';
import { type RealRoute, realRoutes } from './harness/real-routes.ts';

let postern: Postern;
let browser: Browser;
let evil: Server;
let evilPort: number;
let routes: readonly RealRoute[];
/** Every address of Postern's that a page could know. */
let bases: readonly string[];
/** What the hostile site was asked for: nothing of Postern's may ever send anything there. */
const asked: string[] = [];

beforeAll(async () => {
  postern = await startPostern();
  ({ routes } = await realRoutes(postern));
  bases = [postern.ready.url, postern.ready.gatewayUrl, postern.ready.sandboxUrl ?? ''];
  evil = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>evil</title><body></body>');
  });
  await new Promise<void>((resolve) => evil.listen(0, '127.0.0.1', resolve));
  evilPort = (evil.address() as AddressInfo).port;
  browser = await launchChromium([
    // One name that points here, as after DNS rebinding.
    '--host-resolver-rules=MAP rebind.example 127.0.0.1',
    // What newer browsers do about such pages by themselves is not what is tested here.
    '--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests',
  ]);
});
afterAll(async () => {
  await browser.close();
  evil.close();
  await postern.stop();
});

/** Facts that a page from elsewhere must not have changed. */
async function facts(): Promise<unknown> {
  const { client } = postern;
  const [status, settings, receipts, timeline, conversations] = await Promise.all([
    client.auth.status(),
    client.settings(),
    client.receipts(),
    client.timeline(),
    client.conversations(),
  ]);
  // Whether the index is still being made says nothing of what is there.
  const { reading: _, ...kept } = conversations;
  return { status, settings, receipts, timeline, conversations: kept };
}

/** Everything a script can try against an address; each attempt tells how it ended. As text: it runs in the page. */
const attempts = `(async ({ base, paths }) => {
  const ended = [];
  const note = (what, how) => ended.push(what + ' ' + how);
  const json = { 'Content-Type': 'application/json' };
  const request = async (what, url, init) => {
    try {
      const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(5000) });
      note(what, answer.type === 'opaque' ? 'opaque' : 'read ' + answer.status);
    } catch { note(what, 'failed'); }
  };
  const element = (name, attributes) => new Promise((resolve) => {
    const node = Object.assign(document.createElement(name), attributes);
    const end = (how) => () => { note(name + ' ' + Object.values(attributes)[0], how); resolve(); };
    node.onload = name === 'iframe' ? end('shown') : end('loaded');
    node.onerror = end('failed');
    setTimeout(end('silent'), 3000);
    document.body.append(node);
  });
  for (const path of paths) {
    const url = base + path;
    await Promise.all([
      request('GET ' + path, url),
      request('GET with a bearer ' + path, url, { headers: { Authorization: 'Bearer x' } }),
      request('GET no-cors ' + path, url, { mode: 'no-cors', credentials: 'include' }),
      request('POST ' + path, url, { method: 'POST', headers: json, body: '{}' }),
      request('POST text ' + path, url, { method: 'POST', mode: 'no-cors', body: '{}' }),
      request('POST form ' + path, url, { method: 'POST', mode: 'no-cors', body: new URLSearchParams({ a: 'b' }) }),
      request('POST blob ' + path, url, { method: 'POST', mode: 'no-cors', body: new Blob(['{}'], { type: 'application/json' }) }),
      request('HEAD ' + path, url, { method: 'HEAD', mode: 'no-cors' }),
    ]);
    navigator.sendBeacon(url, '{}');
  }
  const shown = [paths[0], '/', '/settings', '/auth/anthropic/callback?code=x&state=y'];
  await Promise.all(shown.flatMap((path) => [
    element('img', { src: base + path }),
    element('script', { src: base + path }),
    element('link', { rel: 'stylesheet', href: base + path }),
    element('link', { rel: 'prefetch', href: base + path }),
  ]));
  await Promise.all(['/events', '/'].map((path) => new Promise((resolve) => {
    const socket = new WebSocket(base.replace('http', 'ws') + path);
    socket.onopen = () => { note('WebSocket', 'opened'); resolve(); };
    socket.onerror = () => { note('WebSocket', 'failed'); resolve(); };
  })));
  await new Promise((resolve) => {
    const source = new EventSource(base + '/events');
    source.onopen = () => { note('EventSource', 'opened'); resolve(); };
    source.onerror = () => { note('EventSource', 'failed'); source.close(); resolve(); };
  });
  return ended;
})`;

async function attack(page: Page, base: string): Promise<readonly string[]> {
  const paths = [...new Set(routes.map(({ path }) => path)), '/v1/messages', '/sandbox/revoke', '/nothing'];
  return (await page.evaluate(`${attempts}(${JSON.stringify({ base, paths })})`)) as readonly string[];
}

/** An opaque answer is one that the page can neither read nor tell from a refusal. */
const harmless = / (?:failed|opaque|silent)$/;

describe('a page of another origin', () => {
  test.each([
    ['on another site', () => `http://localhost:${evilPort}`],
    ['on another port of this machine', () => `http://127.0.0.1:${evilPort}`],
  ])(
    'F44 %s reads nothing and changes nothing on any route, of the sidecar, the gateway or the sandbox',
    async (_, origin) => {
      const before = await facts();
      const page = await browser.newPage();
      await page.goto(origin());
      for (const base of bases) {
        const ended = await attack(page, base);
        expect(ended.length).toBeGreaterThan(200);
        // The sandbox's own pages are for any browser; they load as images and scripts no more than anything else.
        expect(ended.filter((how) => !harmless.test(how))).toEqual([]);
      }
      await page.close();
      expect(await facts()).toEqual(before);
    },
  );

  test('F44 shows no page of Postern’s in a frame, and gets nowhere with a form or a window it opens', async () => {
    const before = await facts();
    const page = await browser.newPage();
    await page.goto(`http://localhost:${evilPort}`);
    const { url } = postern.ready;
    await page.evaluate(`for (const path of ['/', '/docs', '/auth/anthropic/callback?code=x&state=y'])
      document.body.append(Object.assign(document.createElement('iframe'), { src: ${JSON.stringify(url)} + path }))`);
    await expect.poll(() => page.frames().length).toBe(4);
    for (const frame of page.frames().slice(1)) {
      await frame.waitForLoadState('load').catch(() => undefined);
      expect(await frame.content().catch(() => '')).not.toMatch(/<title>Postern|signed in/);
    }
    for (const [action, enctype] of [
      ['/stop', 'text/plain'],
      ['/settings', 'application/x-www-form-urlencoded'],
      ['/auth/anthropic/logout', 'multipart/form-data'],
    ]) {
      await page.goto(`http://localhost:${evilPort}`);
      const answered = page.waitForResponse((response) => response.url() === `${url}${action}`);
      await page.evaluate(`(() => {
        const form = Object.assign(document.createElement('form'), { action: ${JSON.stringify(url + action)}, method: 'post', enctype: ${JSON.stringify(enctype)} });
        form.append(Object.assign(document.createElement('input'), { name: '{"theme":"dark","x":"', value: '"}' }));
        document.body.append(form);
        form.submit();
      })()`);
      expect((await answered).status()).toBe(403);
      await page.waitForURL(url + action);
    }
    await page.goto(`http://localhost:${evilPort}`);
    const opened = page.waitForEvent('popup');
    await page.evaluate(`window.opened = window.open(${JSON.stringify(url)})`);
    const popup = await opened;
    await popup.waitForLoadState();
    expect(await popup.content()).not.toContain('<title>Postern');
    await page.close();
    expect(await facts()).toEqual(before);
  });

  test('F41 under a name that was rebound to this machine gets nothing, though the browser takes it for the same origin', async () => {
    const page = await browser.newPage();
    for (const base of bases) {
      const rebound = `http://rebind.example:${portOf(base)}`;
      // Before the name was rebound, the hostile server stood behind it, on the same port.
      await page.route(`${rebound}/hostile`, (route) =>
        route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>evil</title>' }),
      );
      await page.goto(`${rebound}/hostile`);
      // From here everything is same-origin: the answers can be read, and each is a refusal.
      const statuses =
        await page.evaluate(`Promise.all(${JSON.stringify(['/', ...routes.map(({ path }) => path)])}.map(async (path) => [
        (await fetch(path)).status,
        (await fetch(path, { headers: { Authorization: 'Bearer x' } })).status,
        (await fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' })).status,
      ]))`);
      expect([base, [...new Set((statuses as number[][]).flat())]]).toEqual([base, [421]]);
    }
    await page.close();
  });

  test('F01 cannot keep a person from signing in, though it answers in the server’s place', async () => {
    const { authorizationUrl } = await postern.client.auth.start();
    const page = await browser.newPage();
    await page.goto(`http://localhost:${evilPort}`);
    for (let count = 0; count < 6; count += 1) {
      const query = count % 2 === 0 ? `code=x&state=guess${count}` : 'error=access_denied&state=guess';
      await page.goto(`${postern.ready.url}/auth/anthropic/callback?${query}`);
      expect(await page.textContent('h1')).toBe('This sign-in could not be completed.');
    }
    await page.goto(await approveOverHttp(authorizationUrl));
    expect(await page.textContent('h1')).toBe('You are signed in.');
    await page.close();
    expect((await postern.client.auth.status()).state).toBe('signed_in');
  });

  test('hears nothing of Postern: no address, no referrer, no ticket reaches it', () => {
    expect(asked.filter((line) => !/^GET \/(?:favicon\.ico)?$/.test(line))).toEqual([]);
  });
});
