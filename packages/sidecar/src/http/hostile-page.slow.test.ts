import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../test/support/http/eventually.ts';
import { startServer, type TestServer } from '../../test/support/http/harness.ts';

let server: TestServer;
let browser: Browser;
let evil: Server;
let evilUrl: string;
let directory: string;
const log: { url: string; status: number }[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'postern-ui-'));
  await writeFile(join(directory, 'index.html'), '<!doctype html><title>Postern</title><body></body>');
  server = await startServer({ uiDirectory: directory });
  server.server.app.server.prependListener('request', (request, response) =>
    response.once('close', () => log.push({ url: request.url ?? '', status: response.statusCode })),
  );
  evil = createServer((request, response) => {
    if (request.url === '/redirect')
      response.writeHead(302, { Location: `${server.url}/auth/anthropic/callback?code=c&state=right` }).end();
    else
      response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>evil</title><body></body>');
  });
  await new Promise<void>((resolve) => evil.listen(0, '127.0.0.1', resolve));
  evilUrl = `http://localhost:${(evil.address() as AddressInfo).port}`;
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--headless', '--disable-gpu', '--disable-quic', '--no-first-run'],
  });
});
afterAll(async () => {
  await browser.close();
  await server.server.close();
  evil.close();
  await rm(directory, { recursive: true, maxRetries: 5 });
});

test('F44 a page of another origin gets nothing done and nothing read, whatever it tries', async () => {
  const page = await browser.newPage();
  await page.goto(evilUrl);
  log.length = 0;
  // As text: what runs is the other page's, and it knows a DOM that this program does not.
  const outcomes = await page.evaluate(`(async (base) => {
    const attempt = (path, init) => fetch(base + path, init).then((answer) => answer.type + answer.status, () => 'failed');
    const element = (name, attributes) => new Promise((resolve) => {
      const node = Object.assign(document.createElement(name), attributes);
      node.onload = () => resolve(name + ' loaded');
      node.onerror = () => resolve(name + ' failed');
      document.body.append(node);
    });
    const json = { 'Content-Type': 'application/json' };
    const socket = new Promise((resolve) => {
      const opened = new WebSocket(base.replace('http', 'ws') + '/events');
      opened.onopen = () => resolve('opened');
      opened.onerror = () => resolve('failed');
    });
    return Promise.all([
      attempt('/health'),
      attempt('/auth/anthropic/status', { headers: { Authorization: 'Bearer x' } }),
      attempt('/stop', { method: 'POST', headers: json, body: '{}' }),
      attempt('/session', { method: 'POST', mode: 'no-cors', body: '{"ticket":"x"}' }),
      attempt('/auth/anthropic/callback?code=c&state=right', { mode: 'no-cors' }),
      element('img', { src: base + '/auth/anthropic/callback?code=c&state=right' }),
      element('script', { src: base + '/auth/anthropic/callback?code=c&state=right' }),
      socket,
    ]);
  })(${JSON.stringify(server.url)})`);
  // no-cors answers are opaque, or blocked by the resource policy; none of the others can be read at all.
  for (const outcome of outcomes as string[]) expect(outcome).toMatch(/failed$/);

  await page.evaluate(`((base) => {
    const form = Object.assign(document.createElement('form'), { action: base + '/stop', method: 'post', enctype: 'text/plain' });
    document.body.append(form);
    form.submit();
  })(${JSON.stringify(server.url)})`);
  await page.waitForURL(`${server.url}/stop`);
  await page.goto(evilUrl);
  await page.evaluate(
    `document.body.innerHTML = '<iframe src="${server.url}/auth/anthropic/callback?code=c&state=right"></iframe>'`,
  );
  await eventually(
    () => log.filter(({ url }) => url.startsWith('/auth/anthropic/callback')).length,
  ).toBeGreaterThanOrEqual(4);

  expect(server.calls).toEqual([]);
  expect(new Set(log.map(({ status }) => status))).toEqual(new Set([403]));
  await page.close();
});

test('F41 a name that points here is not ours', async () => {
  const page = await browser.newPage();
  const answer = await page.goto(`http://localhost:${server.port}/health`);
  expect(answer?.status()).toBe(421);
  await page.close();
});

test('F44 the redirect’s own navigation comes through, from another host and from another port', async () => {
  for (const from of [evilUrl, evilUrl.replace('localhost', '127.0.0.1')]) {
    const page = await browser.newPage();
    await page.goto(from);
    await page.evaluate(`location.href = '/redirect'`);
    await page.waitForURL(/callback/);
    expect(await page.textContent('h1')).toBe('You are signed in.');
    expect(await page.evaluate('self.origin')).toBe('null');
    await page.close();
  }
});

test('the window’s policy runs nothing inline, evaluates nothing, and loads and calls nothing elsewhere', async () => {
  const page = await browser.newPage();
  await page.goto(server.url);
  const outcomes = await page.evaluate(`(async (evil) => {
    const attempt = (work) => { try { work(); return 'done'; } catch { return 'refused'; } };
    const violated = new Set();
    const all = new Promise((resolve) => document.addEventListener('securitypolicyviolation', (event) => {
      violated.add(event.effectiveDirective);
      if (violated.size === 3) resolve();
    }));
    const image = document.createElement('img');
    const imageDone = new Promise((resolve) => { image.onerror = resolve; image.onload = resolve; });
    image.src = evil + '/pixel.png';
    await imageDone;
    const called = await fetch(evil).then(() => 'done', () => 'refused');
    const markup = attempt(() => { document.body.innerHTML = '<b>x</b>'; });
    const script = attempt(() => { document.createElement('script').text = 'window.ran = true'; });
    await all;
    return { called, markup, script, ran: window.ran === true, violated: [...violated].sort() };
  })(${JSON.stringify(evilUrl)})`);
  expect(outcomes).toEqual({
    called: 'refused',
    markup: 'refused',
    script: 'refused',
    ran: false,
    violated: ['connect-src', 'img-src', 'require-trusted-types-for'],
  });
  await page.close();
});
