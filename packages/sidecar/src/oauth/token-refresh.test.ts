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
  silence,
  startStandIn,
  text,
} from '../../test/support/oauth/fake-server.ts';
import type { Tokens } from '../credentials/index.ts';
import { Secret } from '../secret/index.ts';
import { longestAnswer } from './send-once.ts';

const current: Tokens = {
  accessToken: new Secret('canary-old-access'),
  refreshToken: new Secret('canary-old-refresh'),
  tokenType: 'Bearer',
  scopes: ['user:inference', 'user:profile'],
  issuedAtMs: now - 3_600_000,
  expiresAtMs: now,
  loginEndsAtMs: null,
};

async function refreshed(answer: Answer): Promise<{ failure: unknown; requests: number; logged: string }> {
  await using standIn = await startStandIn();
  standIn.on('/token', answer);
  const lines: string[] = [];
  const client = clientOf(
    standIn.origin,
    {},
    { log: (line) => lines.push(line), ...(answer === silence && impatient) },
  );
  const failure = await failureOf(client.refresh(current));
  return { failure, requests: standIn.at('/token').length, logged: lines.join('\n') };
}

/** Every refusal costs one request, and neither the error nor the log holds anything of a token or of the server's text. */
async function expectFailure(answer: Answer, expected: Record<string, unknown>): Promise<void> {
  const { failure, requests, logged } = await refreshed(answer);
  expect(failure).toMatchObject(expected);
  expect(requests).toBe(1);
  expect(JSON.stringify([failure, String(failure), logged])).not.toContain('canary');
}

describe('a refresh request', () => {
  it('is a form with the refresh token and the client id, and nothing else', async () => {
    await using standIn = await startStandIn();
    await clientOf(standIn.origin).refresh(current);
    const [sent] = standIn.at('/token');
    expect(sent?.headers['content-type']).toMatch(/^application\/x-www-form-urlencoded/);
    expect(Object.fromEntries(new URLSearchParams(sent?.body))).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'canary-old-refresh',
      client_id: 'postern-test',
    });
  });

  it('says for which service it is where one is configured', async () => {
    await using standIn = await startStandIn();
    const client = clientOf(standIn.origin, { resource: 'https://api.example.com' });
    const { authorizationUrl } = await client.begin('http://localhost:1/callback');
    expect(new URL(authorizationUrl).searchParams.get('resource')).toBe('https://api.example.com');
    await client.refresh(current);
    expect(new URLSearchParams(standIn.at('/token')[0]?.body).get('resource')).toBe(
      'https://api.example.com',
    );
  });

  it('is JSON with the configured headers where the server wants that', async () => {
    await using standIn = await startStandIn();
    await clientOf(standIn.origin, {
      tokenBody: 'json',
      tokenHeaders: { 'anthropic-beta': 'oauth-2025-04-20' },
    }).refresh(current);
    const [sent] = standIn.at('/token');
    expect(sent?.headers).toMatchObject({
      'content-type': 'application/json',
      'anthropic-beta': 'oauth-2025-04-20',
      'user-agent': 'postern',
    });
    expect(JSON.parse(sent?.body ?? '')).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'canary-old-refresh',
      client_id: 'postern-test',
    });
  });

  it('is not sent where there is no refresh token, which ends no sign-in', async () => {
    await using standIn = await startStandIn();
    const failure = await failureOf(clientOf(standIn.origin).refresh({ ...current, refreshToken: null }));
    expect(failure).toMatchObject({ name: 'InvalidRequestError', code: 'not_renewable' });
    expect(standIn.at('/token')).toEqual([]);
  });
});

describe('a refresh that succeeds', () => {
  it('F22: without a new refresh token gives none, so that the old one is kept', async () => {
    await using standIn = await startStandIn();
    for (const refresh_token of [undefined, null, '']) {
      standIn.on('/token', json({ ...goodTokens, refresh_token }));
      const { tokens } = await clientOf(standIn.origin).refresh(current);
      expect(tokens.refreshToken).toBeNull();
      expect(tokens.accessToken.reveal()).toBe(goodTokens.access_token);
    }
  });

  it('F23: with a smaller scope gives that one, and without a scope the one it had', async () => {
    await using standIn = await startStandIn();
    standIn.on('/token', json({ ...goodTokens, scope: 'user:profile' }));
    expect((await clientOf(standIn.origin).refresh(current)).tokens.scopes).toEqual(['user:profile']);
    standIn.on('/token', json({ ...goodTokens, scope: undefined }));
    expect((await clientOf(standIn.origin).refresh(current)).tokens.scopes).toEqual(current.scopes);
  });

  it('with another 2xx than 200 is not thrown away: its tokens are the only ones that work now', async () => {
    await using standIn = await startStandIn();
    standIn.on('/token', json(goodTokens, 201));
    const { tokens } = await clientOf(standIn.origin).refresh(current);
    expect(tokens.refreshToken?.reveal()).toBe(goodTokens.refresh_token);
  });
});

describe('a refresh token that is no longer good', () => {
  it.each<[string, Answer]>([
    [
      'a 400',
      json({ error: 'invalid_grant', error_description: 'Refresh token expired canary-old-refresh' }, 400),
    ],
    ['a 401', json({ error: 'invalid_grant' }, 401)],
    ['a 403 in the shape of RFC 6749', json({ error: 'invalid_grant' }, 403)],
    [
      'a 401 with a challenge',
      json({ error: 'invalid_grant' }, 401, { 'www-authenticate': 'Bearer realm="x"' }),
    ],
    [
      'the other error body',
      json({ type: 'error', error: { type: 'invalid_grant' }, request_id: 'req_1' }, 400),
    ],
    ['a body that says it is HTML', text('{"error":"invalid_grant"}', 400, { 'content-type': 'text/html' })],
  ])('F19: needs a person, after %s', async (_, answer) => {
    await expectFailure(answer, {
      name: 'ReauthorizationRequiredError',
      code: 'reauthorization_required',
    });
  });

  it('F19: is not what invalid_grant says anywhere else', async () => {
    await expectFailure(json({ type: 'error', error: { type: 'invalid_grant' } }, 403), {
      code: 'refresh_unavailable',
    });
    for (const status of [404, 429, 500, 503])
      await expectFailure(json({ error: 'invalid_grant' }, status), { code: 'refresh_unavailable' });
    for (const status of [200, 502, 504])
      await expectFailure(json({ error: 'invalid_grant' }, status), { code: 'refresh_uncertain' });
  });
});

describe('a server that refuses this installation', () => {
  it.each([
    ['invalid_client', json({ error: 'invalid_client' }, 401, { 'www-authenticate': 'Basic' })],
    ['unauthorized_client', json({ error: 'unauthorized_client' }, 400)],
    ['invalid_request', json({ error: 'invalid_request', error_description: 'canary' }, 400)],
    ['unsupported_grant_type', json({ error: 'unsupported_grant_type' }, 400)],
    ['invalid_scope', json({ error: 'invalid_scope' }, 400)],
    ['invalid_request_error', json({ type: 'error', error: { type: 'invalid_request_error' } }, 400)],
    ['authentication_error', json({ type: 'error', error: { type: 'authentication_error' } }, 401)],
    ['permission_error', json({ type: 'error', error: { type: 'permission_error' } }, 403)],
  ])('F21: with %s keeps the tokens and says misconfigured', async (word, answer) => {
    await expectFailure(answer, { name: 'OAuthResponseError', code: 'misconfigured', error: word });
  });
});

describe('a server that refuses without saying why', () => {
  it.each<[string, Answer]>([
    ['a 400 with an empty body', text('', 400)],
    ['a 401 without a word', text('no', 401)],
    ['a 403 with a word of its own', json({ error: 'token_inactive' }, 403)],
  ])('keeps the tokens, and is known to have refused, after %s', async (_, answer) => {
    await expectFailure(answer, { code: 'refresh_unavailable', sent: true, refused: true });
  });

  it('that cannot be asked in this encoding is a matter of the configuration', async () => {
    await expectFailure(text('', 415), { code: 'misconfigured' });
  });
});

describe('a server that did not spend the token', () => {
  it.each<[string, Answer]>([
    ['500', json({ error: 'server_error' }, 500)],
    ['503', text('', 503)],
    ['529', json({ type: 'error', error: { type: 'overloaded_error' } }, 529)],
    ['429', json({ error: 'invalid_request' }, 429)],
    ['408', text('', 408)],
    ['an HTML 403', text('<html>canary</html>', 403, { 'content-type': 'text/html' })],
    ['404', text('', 404)],
    ['421', text('', 421)],
    ['a 400 without a word', text('no', 400)],
    ['a 400 that breaks off', cutOff('{"error":"invalid_gr', 400)],
    ['a 400 of 1 MiB', json({ error: 'invalid_grant', padding: 'x'.repeat(longestAnswer) }, 400)],
    ['a 503 that breaks off', cutOff('{', 503)],
  ])('F20: is tried again later after %s', async (_, answer) => {
    await expectFailure(answer, {
      name: 'TransientError',
      code: 'refresh_unavailable',
      sent: true,
      retryAtMs: null,
    });
  });

  it('F20: waits as long as Retry-After says', async () => {
    for (const status of [429, 503])
      await expectFailure(text('', status, { 'retry-after': '120' }), {
        code: 'refresh_unavailable',
        retryAtMs: now + 120_000,
      });
  });

  it.each([301, 302, 303, 307, 308])(
    'F18: does not follow a %i, and the other host sees nothing',
    async (status) => {
      await using other = await startStandIn();
      await expectFailure(text('', status, { location: `${other.origin}/token` }), {
        code: 'refresh_unavailable',
        sent: true,
      });
      expect(other.received).toEqual([]);
    },
  );
});

describe('a token that is possibly spent', () => {
  it.each<[string, Answer]>([
    ['silence', silence],
    ['a reset', reset],
    ['502', text('<html>Bad gateway', 502)],
    ['504', text('', 504)],
    ['524', text('', 524)],
    ['no access token', json({ ...goodTokens, access_token: undefined })],
    ['an empty access token', json({ ...goodTokens, access_token: '' })],
    ['something that is not JSON', text('access_token=canary&token_type=bearer')],
    ['HTML', text('<!doctype html><p>canary', 200, { 'content-type': 'text/html' })],
    ['a list', json([])],
    ['nothing', text('')],
    ['204', text('', 204)],
    ['half an answer', cutOff(JSON.stringify(goodTokens).slice(0, 40))],
    ['half a JSON', text(JSON.stringify(goodTokens).slice(0, 40))],
    ['a whole JSON that was to be longer', cutOff(JSON.stringify(goodTokens))],
    ['an error in a 200', json({ error: 'invalid_grant' })],
    ['more than 1 MiB', json({ ...goodTokens, padding: 'x'.repeat(longestAnswer) })],
    ['F16: no token type', json({ ...goodTokens, token_type: undefined })],
    ['F16: mac', json({ ...goodTokens, token_type: 'mac' })],
    ['F16: DPoP', json({ ...goodTokens, token_type: 'DPoP' })],
    ['F17: a life of −1', json({ ...goodTokens, expires_in: -1 })],
    ['F17: a life of "abc"', json({ ...goodTokens, expires_in: 'abc' })],
  ])('F24: is not sent again after %s', async (_, answer) => {
    await expectFailure(answer, {
      name: 'TransientError',
      code: 'refresh_uncertain',
      sent: true,
      retryAtMs: null,
    });
  });

  it('F24: is so when the answer hangs half-way', async () => {
    await using standIn = await startStandIn();
    standIn.on('/token', (response) => void response.writeHead(200).write('{"access_token":'));
    expect(await failureOf(clientOf(standIn.origin, {}, impatient).refresh(current))).toMatchObject({
      code: 'refresh_uncertain',
      sent: true,
    });
  });
});
