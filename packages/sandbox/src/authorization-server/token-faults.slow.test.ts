import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Control, control } from '../../test/control.ts';
import { type OAuthUser, oauthUser } from '../../test/oauth-user.ts';
import { approveOverHttp } from '../approve-over-http.ts';
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

const script = (fault: Readonly<Record<string, unknown>>) =>
  trouble.post('faults', { on: 'token', ...fault });

describe('scripted trouble at the token endpoint', () => {
  it.each([
    [{ kind: 'status', status: 503, retryAfterSeconds: 7 }, 503, 'temporarily_unavailable'],
    [{ kind: 'status', status: 429 }, 429, 'slow_down'],
    [{ kind: 'status' }, 500, 'server_error'],
    [{ kind: 'invalid_grant' }, 400, 'invalid_grant'],
    [{ kind: 'invalid_client' }, 401, 'invalid_client'],
    [{ kind: 'invalid_request' }, 400, 'invalid_request'],
    [{ kind: 'unauthorized_client' }, 400, 'unauthorized_client'],
    [{ kind: 'error_in_200' }, 200, 'invalid_grant'],
  ])('%j answers %i %s and spends nothing', async (fault, status, error) => {
    const { refresh_token = '' } = await user.signIn();
    await script(fault);
    const answer = await user.rawRefresh(refresh_token);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toHaveProperty('error', error);
    expect(answer.headers.get('retry-after')).toBe('retryAfterSeconds' in fault ? '7' : null);
    expect((await user.rawRefresh(refresh_token)).status).toBe(200);
  });

  it('anthropic_error answers in the other dialect', async () => {
    const { refresh_token = '' } = await user.signIn();
    await script({ kind: 'anthropic_error' });
    expect(JSON.parse((await user.rawRefresh(refresh_token)).body)).toMatchObject({
      type: 'error',
      error: { type: 'invalid_request_error' },
    });
  });

  it.each([
    ['html', (body: string) => body.startsWith('<!doctype html>')],
    ['not_json', (body: string) => body.startsWith('{"access_token"')],
    ['array', (body: string) => body === '[]'],
    ['oversize', (body: string) => body.length > 2 * 1024 * 1024],
  ])('%s is a 200 that is no token response', async (kind, looksRight) => {
    const { refresh_token = '' } = await user.signIn();
    await script({ kind });
    const { status, body } = await user.rawRefresh(refresh_token);
    expect(status).toBe(200);
    expect(looksRight(body)).toBe(true);
  });

  it.each([
    [{ kind: 'empty_token' }, { access_token: '' }],
    [{ kind: 'wrong_token_type' }, { token_type: 'mac' }],
    [{ kind: 'wrong_token_type', value: 'DPoP' }, { token_type: 'DPoP' }],
    [{ kind: 'bad_expires_in' }, { expires_in: -1 }],
    [{ kind: 'bad_expires_in', value: 'abc' }, { expires_in: 'abc' }],
    [{ kind: 'bad_expires_in', value: 1e300 }, { expires_in: 1e300 }],
  ])('%j changes the answer after the token was really spent', async (fault, changed) => {
    const { refresh_token = '' } = await user.signIn();
    await script(fault);
    expect(JSON.parse((await user.rawRefresh(refresh_token)).body)).toMatchObject(changed);
    expect((await user.rawRefresh(refresh_token)).status).toBe(400);
  });

  it.each([
    [{ kind: 'no_access_token' }, 'access_token'],
    [{ kind: 'bad_expires_in', value: null }, 'expires_in'],
    [{ kind: 'wrong_token_type', value: null }, 'token_type'],
  ])('%j leaves out %s', async (fault, member) => {
    const { refresh_token = '' } = await user.signIn();
    await script(fault);
    expect(JSON.parse((await user.rawRefresh(refresh_token)).body)).not.toHaveProperty(member);
  });

  it('no_refresh_token does not rotate: the old one stays good', async () => {
    const { refresh_token = '' } = await user.signIn();
    await script({ kind: 'no_refresh_token' });
    const body: unknown = JSON.parse((await user.rawRefresh(refresh_token)).body);
    expect(body).toHaveProperty('access_token');
    expect(body).not.toHaveProperty('refresh_token');
    expect((await user.rawRefresh(refresh_token)).status).toBe(200);
  });

  it('smaller_scope really takes the scope away, from that access token only', async () => {
    const { refresh_token = '' } = await user.signIn();
    await script({ kind: 'smaller_scope' });
    const small = await user.refresh(refresh_token);
    expect(small.scope).toBe('user:profile');
    const call = (token: string) =>
      fetch(`${sandbox.apiBaseUrl}/v1/models`, { headers: { authorization: `Bearer ${token}` } });
    const refused = await call(small.access_token);
    expect(refused.status).toBe(403);
    expect(refused.headers.get('www-authenticate')).toContain('insufficient_scope');
    const whole = await user.refresh(small.refresh_token ?? '');
    expect((await call(whole.access_token)).status).toBe(200);
  });

  it('reset leaves the token unspent; reset_after_processing and cut_off spend it', async () => {
    const { refresh_token: first = '' } = await user.signIn();
    await script({ kind: 'reset' });
    await expect(user.rawRefresh(first)).rejects.toThrow();
    expect((await user.rawRefresh(first)).status).toBe(200);
    for (const kind of ['reset_after_processing', 'cut_off']) {
      const { refresh_token: next = '' } = await user.signIn();
      await script({ kind });
      await expect(user.rawRefresh(next)).rejects.toThrow();
      expect((await user.rawRefresh(next)).status).toBe(400);
    }
    expect((await trouble.requests()).counts['token:refresh_token']).toMatchObject({
      reset: 2,
      cut_off: 1,
      ok: 1,
    });
  });

  it('timeout answers nothing until the client leaves', async () => {
    await script({ kind: 'timeout' });
    const waiting = fetch(user.server.token_endpoint ?? '', {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'x' }),
      signal: AbortSignal.timeout(150),
    });
    await expect(waiting).rejects.toThrow('timeout');
  });

  it('redirect leads to this server under its other name, which hears nothing unless it is followed', async () => {
    const { refresh_token = '' } = await user.signIn();
    await script({ kind: 'redirect', status: 307 });
    const answer = await user.rawRefresh(refresh_token);
    expect(answer.status).toBe(307);
    expect(answer.headers.get('location')).toMatch(/^http:\/\/localhost:\d+\/redirect-target$/);
    expect((await trouble.requests()).counts['redirect_target']).toBeUndefined();
    await fetch(answer.headers.get('location') ?? '', { method: 'POST' });
    expect((await trouble.requests()).counts['redirect_target']).toEqual({ ok: 1 });
  });

  it('times counts, order holds, and grant picks the request that meets it', async () => {
    await script({ kind: 'status', status: 503, times: 2, grant: 'refresh_token' });
    await script({ kind: 'invalid_grant', grant: 'refresh_token' });
    const { refresh_token = '' } = await user.signIn();
    const statuses = [];
    for (let at = 0; at < 4; at += 1) statuses.push((await user.rawRefresh(refresh_token)).status);
    expect(statuses).toEqual([503, 503, 400, 200]);
  });

  it('a code can be refused, and lost after it was spent', async () => {
    await script({ kind: 'invalid_grant', grant: 'authorization_code' });
    const refused = await user.begin();
    expect((await refused.finish(await approveOverHttp(refused.authorizationUrl))).status).toBe(400);
    await script({ kind: 'reset_after_processing', grant: 'authorization_code' });
    const lost = await user.begin();
    const redirect = await approveOverHttp(lost.authorizationUrl);
    await expect(lost.finish(redirect)).rejects.toThrow();
    expect((await lost.finish(redirect)).status).toBe(400);
  });

  it('counts every refresh request by the fingerprint of its token, and keeps no token', async () => {
    const { refresh_token = '', access_token } = await user.signIn();
    await script({ kind: 'status', status: 503, times: 2 });
    await user.rawRefresh(refresh_token);
    await user.rawRefresh(refresh_token);
    await user.rawRefresh(refresh_token);
    const requests = await trouble.requests();
    expect(requests.refresh).toMatchObject({ requests: 3, resent: 2 });
    expect(Object.values(requests.refresh.timesSentByFingerprint)).toEqual([3]);
    const text = JSON.stringify(requests);
    expect(text).not.toContain(refresh_token);
    expect(text).not.toContain(access_token);
  });
});
