import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Control, control } from '../../test/control.ts';
import { type OAuthUser, oauthUser } from '../../test/oauth-user.ts';
import type { Sandbox } from '../sandbox.ts';
import { startSandbox } from '../start-sandbox.ts';

let sandbox: Sandbox;
let user: OAuthUser;
let trouble: Control;

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, host: '127.0.0.1', accessTokenSeconds: 3600 });
  user = await oauthUser(sandbox);
  trouble = control(sandbox);
});
beforeEach(async () => {
  await trouble.post('reset', {});
});
afterAll(() => sandbox.close());

const metadata = () =>
  fetch(`${sandbox.issuer}/.well-known/oauth-authorization-server`, { redirect: 'manual' });

describe('scripted trouble with metadata', () => {
  it.each([
    ['issuer_mismatch', 'issuer', 'https://issuer.example'],
    ['no_s256', 'code_challenge_methods_supported', ['plain']],
    ['javascript_endpoint', 'authorization_endpoint', 'javascript:alert(1)'],
    ['file_endpoint', 'authorization_endpoint', 'file:///etc/passwd'],
    ['http_endpoint', 'authorization_endpoint', 'http://authorize.example/oauth/authorize'],
    ['userinfo_endpoint', 'authorization_endpoint', expect.stringContaining('someone:secret@')],
    ['dash_endpoint', 'authorization_endpoint', '-a'],
    ['foreign_endpoint', 'authorization_endpoint', 'https://authorize.example/oauth/authorize'],
  ])('%s changes %s, once', async (kind, member, value) => {
    await trouble.post('faults', { on: 'metadata', kind });
    expect(await (await metadata()).json()).toMatchObject({ [member]: value });
    expect(await (await metadata()).json()).toEqual(user.server);
  });

  it('no_revocation_endpoint leaves it out', async () => {
    await trouble.post('faults', { on: 'metadata', kind: 'no_revocation_endpoint' });
    expect(await (await metadata()).json()).not.toHaveProperty('revocation_endpoint');
  });

  it('oversize, html, redirect and status answer what they say', async () => {
    for (const kind of ['oversize', 'html', 'redirect', 'status'])
      await trouble.post('faults', { on: 'metadata', kind });
    expect((await (await metadata()).text()).length).toBeGreaterThan(2 * 1024 * 1024);
    expect((await metadata()).headers.get('content-type')).toContain('text/html');
    expect((await metadata()).status).toBe(302);
    expect((await metadata()).status).toBe(500);
  });
});

describe('scripted trouble with revocation', () => {
  it('status and unsupported leave the token alone', async () => {
    const { refresh_token = '' } = await user.signIn();
    await trouble.post('faults', { on: 'revoke', kind: 'status', status: 503 });
    await trouble.post('faults', { on: 'revoke', kind: 'unsupported' });
    await expect(user.revoke(refresh_token)).rejects.toThrow();
    await expect(user.revoke(refresh_token)).rejects.toMatchObject({ error: 'unsupported_token_type' });
    expect((await user.rawRefresh(refresh_token)).status).toBe(200);
  });

  it('reset_after_processing revokes, and the answer is lost', async () => {
    const { refresh_token = '' } = await user.signIn();
    await trouble.post('faults', { on: 'revoke', kind: 'reset_after_processing' });
    await expect(user.revoke(refresh_token)).rejects.toThrow();
    expect((await user.rawRefresh(refresh_token)).status).toBe(400);
  });
});
