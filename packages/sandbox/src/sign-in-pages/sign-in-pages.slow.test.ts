import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OAuthUser, oauthUser } from '../../test/oauth-user.ts';
import type { Sandbox } from '../sandbox.ts';
import { startSandbox } from '../start-sandbox.ts';

let sandbox: Sandbox;
let user: OAuthUser;
let browser: Browser;
let axe: string;
const app = createServer((_request, response) => response.end('back in the app'));
let redirectUri: string;

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, host: 'localhost', accessTokenSeconds: 3600 });
  user = await oauthUser(sandbox);
  app.listen(0, '127.0.0.1');
  await once(app, 'listening');
  redirectUri = `http://127.0.0.1:${(app.address() as AddressInfo).port}/callback`;
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  });
  axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
});
afterAll(async () => {
  await browser.close();
  app.close();
  await sandbox.close();
});

async function open(colorScheme: 'light' | 'dark'): Promise<Page> {
  const context = await browser.newContext({ colorScheme, viewport: { width: 360, height: 640 } });
  return context.newPage();
}

/** Rule ids that the page breaks; axe runs outside the page's own policy. */
async function violations(page: Page): Promise<readonly string[]> {
  const session = await page.context().newCDPSession(page);
  await session.send('Page.setBypassCSP', { enabled: true });
  await page.reload();
  await page.addScriptTag({ content: axe });
  const found = await page.evaluate(
    "axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then((r) => r.violations.map((v) => v.id))",
  );
  return found as readonly string[];
}

async function fits(page: Page): Promise<boolean> {
  return page.evaluate('document.documentElement.scrollWidth <= 360');
}

describe('the sign-in pages in Chromium', () => {
  it.each(['light', 'dark'] as const)(
    'sign a person in, %s, at 360 px, with no rule of axe broken',
    async (scheme) => {
      const page = await open(scheme);
      const { authorizationUrl, finish } = await user.begin({ redirectUri });
      await page.goto(authorizationUrl);
      expect(await violations(page)).toEqual([]);
      expect(await fits(page)).toBe(true);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('heading', { name: 'Postern would like to' }).waitFor();
      expect(await violations(page)).toEqual([]);
      expect(await fits(page)).toBe(true);
      await page.getByRole('button', { name: 'Allow' }).click();
      await page.waitForURL(`${redirectUri}?**`);
      expect((await finish(page.url())).status).toBe(200);
      await page.context().close();
    },
  );

  it('lets a person use another account, and say no', async () => {
    const page = await open('light');
    const { authorizationUrl } = await user.begin({ redirectUri });
    await page.goto(authorizationUrl);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Use another account' }).click();
    await page.getByLabel('E-mail').fill('ada@example.org');
    await page.keyboard.press('Enter');
    await page.getByText('Signed in as ada@example.org').waitFor();
    await page.getByRole('button', { name: 'Deny' }).click();
    await page.waitForURL(`${redirectUri}?**`);
    expect(new URL(page.url()).searchParams.get('error')).toBe('access_denied');
    await page.context().close();
  });
});
