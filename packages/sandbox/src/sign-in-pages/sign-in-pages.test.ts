import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OAuthUser, oauthUser } from '../../test/oauth-user.ts';
import type { Sandbox } from '../sandbox.ts';
import { startSandbox } from '../start-sandbox.ts';

let sandbox: Sandbox;
let user: OAuthUser;

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, host: '127.0.0.1', accessTokenSeconds: 3600 });
  user = await oauthUser(sandbox);
});
afterAll(() => sandbox.close());

/** A browser's first steps, by hand. */
async function openLogin(url: string) {
  const first = await fetch(url, { redirect: 'manual' });
  const cookie = first.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  const page = new URL(first.headers.get('location') ?? '', url).href;
  return { page, cookie, response: await fetch(page, { headers: { cookie } }) };
}

describe('the pages a person signs in with', () => {
  it('say that nothing is real, take nothing from elsewhere, and do not block the redirect', async () => {
    const { authorizationUrl } = await user.begin();
    const { response } = await openLogin(authorizationUrl);
    const html = await response.text();
    expect(html).toContain('Sandbox: no real account, no cost');
    expect(html).toContain('value="demo@example.com"');
    expect(html).toMatch(/<button[^>]*>Sign in<\/button>/);
    expect(html).not.toMatch(/(?:src|href)=/);
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('form-action');
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('ask again for what is no e-mail address, without repeating it as HTML', async () => {
    const { authorizationUrl } = await user.begin();
    const { page, cookie } = await openLogin(authorizationUrl);
    const response = await fetch(`${page}/login`, {
      method: 'POST',
      headers: { cookie },
      body: new URLSearchParams({ email: '"><script>alert(1)</script>' }),
    });
    const html = await response.text();
    expect(response.status).toBe(400);
    expect(html).toContain('Enter an e-mail address.');
    expect(html).not.toContain('<script>');
  });

  it('take the address that the app suggests', async () => {
    const { authorizationUrl } = await user.begin();
    const { response } = await openLogin(`${authorizationUrl}&login_hint=ada%40example.org`);
    expect(await response.text()).toContain('value="ada@example.org"');
  });

  it('do nothing without the cookie of the browser that began', async () => {
    const { authorizationUrl } = await user.begin();
    const { page } = await openLogin(authorizationUrl);
    for (const button of ['login', 'allow', 'deny', 'switch']) {
      const response = await fetch(`${page}/${button}`, {
        method: 'POST',
        body: new URLSearchParams({ email: 'a@b.example' }),
        redirect: 'manual',
      });
      expect(response.status).toBe(400);
      expect(await response.text()).toContain('This sign-in has ended');
    }
  });

  it('explain an authorization request that cannot be answered', async () => {
    const response = await fetch(`${sandbox.url}/oauth/authorize?client_id=<b>`, {
      headers: { accept: 'text/html' },
    });
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toContain('text/html');
    const html = await response.text();
    expect(html).toContain('This sign-in cannot go on');
    expect(html).not.toContain('<b>');
  });
});
