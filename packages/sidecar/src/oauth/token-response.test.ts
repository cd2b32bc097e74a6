import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { goodTokens, now } from '../../test/support/oauth/fake-server.ts';
import type { TokenGrant } from './oauth-client.ts';
import { readTokenResponse, UnusableTokenResponse } from './token-response.ts';

const passes = () => Promise.resolve();
const idToken = { issuer: 'https://as.example', clientId: 'client', nonce: 'nonce' };
const context = { scopes: ['asked'], issuedAtMs: now, idToken };
const yearMs = 365 * 24 * 3_600_000;

function read(text: string): Promise<TokenGrant> {
  return readTokenResponse(text, context, passes);
}

function readWith(members: Record<string, unknown>): Promise<TokenGrant> {
  return read(JSON.stringify({ ...goodTokens, ...members }));
}

describe('the life of an access token', () => {
  it.each([
    ['3600', 3600, 3_600_000],
    ['"3600" in a text', '3600', 3_600_000],
    ['1.5', 1.5, 1_500],
    ['F17: 1e300, which counts as a year', 1e300, yearMs],
    ['a year and a second', 31_536_001, yearMs],
    ['F17: missing, which counts as 300 s', undefined, 300_000],
    ['null, which is missing', null, 300_000],
  ])('of %s', async (_, expires_in, lifeMs) => {
    const { tokens } = await readWith({ expires_in });
    expect(tokens.expiresAtMs - tokens.issuedAtMs).toBe(lifeMs);
  });

  it.each([-1, 0, 0.5, 'abc', '', '12abc', '-1', '1e3', true, [3600], {}])(
    'F17: of %j is refused',
    async (expires_in) => {
      await expect(readWith({ expires_in })).rejects.toBeInstanceOf(UnusableTokenResponse);
    },
  );

  it('F17: past what JSON can say counts as a year', async () => {
    const { tokens } = await read('{"access_token":"a","token_type":"bearer","expires_in":1e999}');
    expect(tokens.expiresAtMs - now).toBe(yearMs);
  });
});

describe('a token response', () => {
  it.each([
    ['F15: an empty access token', { access_token: '' }],
    ['F15: a blank as access token', { access_token: ' ' }],
    ['a number as access token', { access_token: 7 }],
    ['an access token that no header can carry', { access_token: 'a\nb' }],
    ['an access token that is not ASCII', { access_token: 'ä' }],
    ['an access token of 17 KB', { access_token: 'a'.repeat(17 * 1024) }],
    ['a number as refresh token', { refresh_token: 7 }],
    ['a list as scope', { scope: ['a'] }],
    ['F16: a number as token type', { token_type: 1 }],
    ['F15: an error beside the tokens', { error: 'invalid_grant' }],
    ['F15: an error object beside the tokens', { error: { type: 'api_error' } }],
  ])('with %s is refused', async (_, members) => {
    await expect(readWith(members)).rejects.toBeInstanceOf(UnusableTokenResponse);
  });

  it('that names a member twice is refused, however it is spelt', async () => {
    for (const twice of [
      '{"access_token":"a","access_token":"b","token_type":"bearer"}',
      '{"access_token":"a","token_type":"bearer","acc\\u0065ss_token":"b"}',
    ])
      await expect(read(twice)).rejects.toBeInstanceOf(UnusableTokenResponse);
  });

  it('may spell Bearer as it likes, and is kept in one spelling', async () => {
    for (const token_type of ['bearer', 'BEARER', 'Bearer'])
      expect((await readWith({ token_type })).tokens.tokenType).toBe('Bearer');
  });

  it('F23: gives the scope as granted: unknown, smaller or none at all', async () => {
    expect((await readWith({ scope: 'b  a b' })).tokens.scopes).toEqual(['b', 'a']);
    expect((await readWith({ scope: '' })).tokens.scopes).toEqual([]);
    expect((await readWith({ scope: null })).tokens.scopes).toEqual(['asked']);
  });

  it('says whose it is in a form fit for a screen', async () => {
    const { account } = await readWith({
      account: { email_address: `ada\u202e@example.com\n${'x'.repeat(1000)}` },
      organization: { name: '  ' },
    });
    expect(account?.email).toMatch(/^ada@example\.comx+$/);
    expect(account?.email?.length).toBeLessThanOrEqual(320);
    expect(account?.organization).toBeNull();
    for (const account of [undefined, null, 7, 'ada', {}, { email_address: 7 }])
      expect((await readWith({ account })).account).toBeNull();
  });

  it('says when the login ends only where that is a time', async () => {
    expect((await readWith({ refresh_token_expires_in: 60 })).tokens.loginEndsAtMs).toBe(now + 60_000);
    for (const refresh_token_expires_in of [undefined, null, 0, -1, 'soon', {}])
      expect((await readWith({ refresh_token_expires_in })).tokens.loginEndsAtMs).toBeNull();
  });

  it.each(['access_token', 'refresh_token'])('says the limit where its %s is over it', async (name) => {
    await expect(readWith({ [name]: 'x'.repeat(17_000) })).rejects.toMatchObject({
      message: expect.stringContaining('longer than 16384 characters'),
    });
  });

  it('is good whatever its id token is', async () => {
    const { tokens } = await readWith({ id_token: 'not.a.token' });
    expect(tokens.accessToken.reveal()).toBe(goodTokens.access_token);
  });

  it('that oauth4webapi refuses is refused without a word of its body', async () => {
    const refusing = () => Promise.reject(new Error('canary', { cause: goodTokens }));
    const failure = await readTokenResponse(JSON.stringify(goodTokens), context, refusing).catch(
      (e: unknown) => e,
    );
    expect(failure).toBeInstanceOf(UnusableTokenResponse);
    expect(failure).not.toHaveProperty('cause');
  });

  it('whatever it is, is either refused or gives tokens that can be sent and that end', async () => {
    const member = fc.oneof(fc.json(), fc.constant('undefined'), fc.double().map(String));
    const names = [
      ...Object.keys(goodTokens),
      'error',
      'account',
      'organization',
      'refresh_token_expires_in',
    ];
    const response = fc
      .uniqueArray(fc.tuple(fc.constantFrom(...names), member), { selector: ([name]) => name, maxLength: 6 })
      .map((members) => {
        const good = Object.entries(goodTokens).filter(([name]) =>
          members.every(([other]) => other !== name),
        );
        const all = [...good.map(([name, value]) => [name, JSON.stringify(value)]), ...members];
        return `{${all.map(([name, value]) => `"${name}":${value}`).join(',')}}`;
      });
    await fc.assert(
      fc.asyncProperty(fc.oneof(response, fc.json(), fc.string()), async (text) => {
        const grant = await read(text).catch((error: unknown) => error);
        if (grant instanceof UnusableTokenResponse) return;
        const { tokens, account } = grant as TokenGrant;
        expect(tokens.accessToken.reveal()).toMatch(/^[!-~]+$/);
        expect(tokens.refreshToken?.reveal() ?? 'x').toMatch(/^[!-~]+$/);
        expect(tokens.expiresAtMs).toBeGreaterThan(now);
        expect(tokens.expiresAtMs).toBeLessThanOrEqual(now + yearMs);
        expect(tokens.loginEndsAtMs ?? now + 1).toBeGreaterThanOrEqual(now);
        expect(account === null || typeof account === 'object').toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
