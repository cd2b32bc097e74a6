import { type Sandbox, startSandbox } from '@postern/sandbox';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from './harness/launch-chromium.ts';
import { type AppWindow, openWindow } from './harness/open-window.ts';
import { type Postern, startPostern } from './harness/start-postern.ts';

/** As an operator with a registration starts it: live, with a server of another site, told by the environment. */
describe('a sign-in server of another site', () => {
  let sandbox: Sandbox;
  let postern: Postern;
  let browser: Browser;
  let window: AppWindow;

  beforeAll(async () => {
    sandbox = await startSandbox({ port: 0, host: 'localhost', accessTokenSeconds: 900 });
    postern = await startPostern({
      args: ['--live', '--store', 'memory', '--port', '0'],
      variables: {
        POSTERN_OAUTH_ISSUER: sandbox.issuer,
        POSTERN_OAUTH_CLIENT_ID: sandbox.clientId,
        POSTERN_API_BASE_URL: sandbox.apiBaseUrl,
      },
    });
    browser = await launchChromium();
    window = await openWindow(browser, postern);
  });
  afterAll(async () => {
    try {
      await window?.close();
    } finally {
      await browser?.close();
      await postern?.stop();
      await sandbox?.close();
    }
  });

  it('F44 brings the browser back by a cross-site redirect, and the person sees Signed in', async () => {
    expect(await window.signIn()).toBe('cross-site');
    await window.goTo('Settings');
    await window.signInStatus.getByText('Signed in', { exact: true }).waitFor();
    await window.page.getByText(new URL(sandbox.issuer).host, { exact: true }).waitFor();
    await window.page.getByText('memory only').waitFor();
    await window.picture('11-cross-site');
  });

  it('pays for an answer with that sign-in, and nothing says that it is the sandbox', async () => {
    await window.goTo('Ask');
    expect(await window.ask('Who are you?')).toContain('You asked: “Who are you?”');
    expect(await window.page.getByText('Sandbox: no real account').count()).toBe(0);
    const { items } = await postern.client.receipts();
    expect(items).toMatchObject([
      {
        outcome: 'completed',
        parts: [{ credential: { kind: 'oauth' }, reason: 'preferred', covered: true }],
      },
    ]);
    await window.picture('12-live-answer');
  });

  it('is told of the sign-out, and the person sees Not signed in', async () => {
    await window.goTo('Settings');
    await window.button('Sign out').click();
    await window.signInStatus.getByText('Not signed in', { exact: true }).waitFor();
    await window.page.getByText('Signed out, and revoked at the server.').waitFor();
    expect(await postern.client.auth.status()).toMatchObject({ state: 'signed_out', revocation: 'done' });
  });
});
