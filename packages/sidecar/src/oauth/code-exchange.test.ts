import { describe, expect, it } from 'vitest';
import {
  type Answer,
  clientOf,
  cutOff,
  failureOf,
  goodTokens,
  impatient,
  json,
  now,
  reset,
  type StandIn,
  silence,
  startStandIn,
  text,
} from '../../test/support/oauth/fake-server.ts';
import { Secret } from '../secret/index.ts';
import { longestAnswer } from './send-once.ts';

const redirectUri = 'http://localhost:4711/callback';

async function exchangeAt(standIn: StandIn, answer: Answer): Promise<unknown> {
  standIn.on('/token', answer);
  const client = clientOf(standIn.origin, {}, answer === silence ? impatient : {});
  const request = await client.begin(redirectUri);
  return failureOf(client.exchange(new Secret('canary-code'), request));
}

describe('the exchange of a code', () => {
  it('sends one form with the code, the verifier, the redirect URI, the client and the state, and gives the tokens', async () => {
    await using standIn = await startStandIn();
    standIn.on(
      '/token',
      json({
        ...goodTokens,
        account: { uuid: 'u', email_address: 'ada@example.com' },
        organization: { uuid: 'o', name: 'Analytical Engines' },
        refresh_token_expires_in: 86_400,
      }),
    );
    const client = clientOf(standIn.origin, {
      tokenBody: 'json',
      tokenHeaders: { 'anthropic-beta': 'oauth-2025-04-20' },
    });
    const request = await client.begin(redirectUri);
    const { tokens, account } = await client.exchange(new Secret('canary-code'), request);
    const [sent, ...more] = standIn.at('/token');
    expect(more).toEqual([]);
    expect(sent?.method).toBe('POST');
    expect(sent?.headers['content-type']).toMatch(/^application\/x-www-form-urlencoded/);
    expect(sent?.headers).toMatchObject({ 'anthropic-beta': 'oauth-2025-04-20', accept: 'application/json' });
    expect(sent?.headers.authorization).toBeUndefined();
    expect(Object.fromEntries(new URLSearchParams(sent?.body))).toEqual({
      grant_type: 'authorization_code',
      code: 'canary-code',
      redirect_uri: redirectUri,
      code_verifier: request.codeVerifier.reveal(),
      client_id: 'postern-test',
      state: request.state.reveal(),
    });
    expect(tokens.accessToken.reveal()).toBe(goodTokens.access_token);
    expect(tokens.refreshToken?.reveal()).toBe(goodTokens.refresh_token);
    expect({ ...tokens, accessToken: null, refreshToken: null }).toEqual({
      accessToken: null,
      refreshToken: null,
      tokenType: 'Bearer',
      scopes: ['user:inference', 'user:profile'],
      issuedAtMs: now,
      expiresAtMs: now + 3_600_000,
      loginEndsAtMs: now + 86_400_000,
    });
    expect(account).toEqual({ email: 'ada@example.com', organization: 'Analytical Engines' });
  });

  it('dates the tokens by the clock before the request, so that they never last too long', async () => {
    await using standIn = await startStandIn();
    let clock = now;
    standIn.on('/token', (response, received) => {
      clock += 20_000;
      json(goodTokens)(response, received);
    });
    const client = clientOf(standIn.origin, {}, { clock: () => clock });
    const { tokens } = await client.exchange(new Secret('c'), await client.begin(redirectUri));
    expect(tokens.issuedAtMs).toBe(now);
  });

  it.each([
    ['in a 400', json({ error: 'invalid_grant', error_description: 'canary-code' }, 400)],
    [
      'in a 401',
      json({ error: 'invalid_grant' }, 401, { 'www-authenticate': 'Bearer error="invalid_token"' }),
    ],
    ['in the other body', json({ type: 'error', error: { type: 'invalid_grant', message: 'x' } }, 400)],
  ])('F13: refused %s is code_rejected', async (_, answer) => {
    await using standIn = await startStandIn();
    const failure = await exchangeAt(standIn, answer);
    expect(failure).toMatchObject({
      name: 'OAuthResponseError',
      code: 'code_rejected',
      error: 'invalid_grant',
    });
    expect(JSON.stringify([failure, String(failure)])).not.toContain('canary');
    expect(standIn.at('/token')).toHaveLength(1);
  });

  it.each([
    ['silence', silence],
    ['a reset', reset],
    ['502', text('<html>', 502)],
    ['504', json({ error: 'invalid_grant' }, 504)],
  ])('F14: with %s is ambiguous, and the code is not sent again', async (_, answer) => {
    await using standIn = await startStandIn();
    expect(await exchangeAt(standIn, answer)).toMatchObject({
      name: 'TransientError',
      code: 'exchange_ambiguous',
      sent: true,
    });
    expect(standIn.at('/token')).toHaveLength(1);
  });

  it.each<[string, Answer]>([
    ['no access token', json({ ...goodTokens, access_token: undefined })],
    ['HTML', text('<!doctype html>', 200, { 'content-type': 'text/html' })],
    ['a list', json([])],
    ['half an answer', cutOff('{"access_token":"canary-acc')],
    ['an error in a 200', json({ ...goodTokens, error: 'invalid_grant' })],
    ['more than 1 MiB', json({ ...goodTokens, padding: 'x'.repeat(longestAnswer) })],
    ['nothing at all', text('', 204)],
    ['F16: mac', json({ ...goodTokens, token_type: 'mac' })],
    ['F17: a life of −1', json({ ...goodTokens, expires_in: -1 })],
    ['500', json({ error: 'server_error' }, 500)],
    ['429', text('', 429)],
    ['an HTML 403', text('<html>', 403)],
  ])('F15: answered with %s is no token response', async (_, answer) => {
    await using standIn = await startStandIn();
    const failure = await exchangeAt(standIn, answer);
    expect(failure).toMatchObject({ name: 'OAuthResponseError', code: 'token_response_invalid' });
    expect(JSON.stringify([failure, String(failure)])).not.toContain('canary');
    expect(standIn.at('/token')).toHaveLength(1);
  });

  it.each([301, 302, 303, 307, 308])(
    'F18: redirected with %i tells the other host nothing',
    async (status) => {
      await using standIn = await startStandIn();
      await using other = await startStandIn();
      const failure = await exchangeAt(standIn, text('', status, { location: `${other.origin}/token` }));
      expect(failure).toMatchObject({ code: 'token_response_invalid' });
      expect(other.received).toEqual([]);
      expect(standIn.at('/token')).toHaveLength(1);
    },
  );

  it.each([
    ['invalid_client', json({ error: 'invalid_client' }, 401)],
    ['unauthorized_client', json({ error: 'unauthorized_client' }, 400)],
    ['invalid_request_error', json({ type: 'error', error: { type: 'invalid_request_error' } }, 400)],
  ])('F21: with %s says that this installation is refused', async (word, answer) => {
    await using standIn = await startStandIn();
    expect(await exchangeAt(standIn, answer)).toMatchObject({ code: 'misconfigured', error: word });
  });

  it('that was never sent may be tried again', async () => {
    const standIn = await startStandIn();
    const client = clientOf(standIn.origin);
    const request = await client.begin(redirectUri);
    await standIn[Symbol.asyncDispose]();
    expect(await failureOf(client.exchange(new Secret('c'), request))).toMatchObject({
      name: 'TransientError',
      code: 'metadata_unavailable',
      sent: false,
    });
  });

  it('is not tried for a sign-in that was begun at another server', async () => {
    await using standIn = await startStandIn();
    const client = clientOf(standIn.origin);
    const request = { ...(await client.begin(redirectUri)), issuer: 'https://earlier.example' };
    expect(await failureOf(client.exchange(new Secret('c'), request))).toMatchObject({
      code: 'issuer_mismatch',
    });
    expect(standIn.at('/token')).toEqual([]);
  });
});
