import { describe, expect, it } from 'vitest';
import {
  clientOf,
  failureOf,
  json,
  metadataOf,
  startStandIn,
  text,
} from '../../test/support/oauth/fake-server.ts';
import { InvalidRequestError } from '../errors/index.ts';
import type { OAuthClient } from './oauth-client.ts';

const redirectUri = 'http://127.0.0.1:1/auth/anthropic/callback';

/** Begins a sign-in, then brings back what `query` says of its state and issuer. */
async function judged(
  query: (state: string, issuer: string) => string,
  options: { readonly promisesIssuer?: boolean; readonly pasted?: boolean } = {},
): Promise<{ outcome: unknown; tokenRequests: number }> {
  await using standIn = await startStandIn();
  standIn.on(
    '/.well-known/oauth-authorization-server',
    json({
      ...metadataOf(standIn.origin),
      authorization_response_iss_parameter_supported: options.promisesIssuer ?? true,
    }),
  );
  const client: OAuthClient = clientOf(standIn.origin);
  const request = await client.begin(redirectUri);
  const parameters = new URLSearchParams(query(request.state.reveal(), standIn.origin));
  const outcome = await client.judgeResponse({ parameters, pasted: options.pasted ?? false }, request).then(
    ({ code }) => code.reveal(),
    (error: unknown) => error,
  );
  return { outcome, tokenRequests: standIn.at('/token').length };
}

async function codeOf(...given: Parameters<typeof judged>): Promise<unknown> {
  const { outcome, tokenRequests } = await judged(...given);
  expect(tokenRequests).toBe(0);
  if (typeof outcome === 'string') return outcome;
  expect(outcome).toBeInstanceOf(InvalidRequestError);
  return outcome instanceof InvalidRequestError ? outcome.code : outcome;
}

describe('an authorization response', () => {
  it('with the right state, issuer and one code gives the code', async () => {
    expect((await judged((state, iss) => `code=c1&state=${state}&iss=${iss}`)).outcome).toBe('c1');
  });

  it.each([
    ['wrong', () => 'code=c&state=wrong'],
    ['missing', () => 'code=c'],
    ['empty', () => 'code=c&state='],
    ['4 KB long', () => `code=c&state=${'s'.repeat(4096)}`],
    ['one letter short', (state: string) => `code=c&state=${state.slice(1)}`],
    ['wrong twice', () => 'code=c&state=a&state=b'],
    ['wrong, whatever else is wrong', () => 'code=c&code=d&state=wrong&iss=x&error=access_denied'],
  ])('F01: with a state that is %s does not belong to the sign-in', async (_, query) => {
    expect(await codeOf(query)).toBe('state_mismatch');
  });

  it.each([
    ['code', (state: string, iss: string) => `code=c&code=c&state=${state}&iss=${iss}`],
    ['state', (state: string, iss: string) => `code=c&state=${state}&state=${state}&iss=${iss}`],
    ['state, once wrong', (state: string, iss: string) => `code=c&state=x&state=${state}&iss=${iss}`],
    ['iss', (state: string, iss: string) => `code=c&state=${state}&iss=${iss}&iss=${iss}`],
    ['error', (state: string, iss: string) => `error=a&error=access_denied&state=${state}&iss=${iss}`],
  ])('F03: that repeats %s is refused', async (_, query) => {
    expect(await codeOf(query)).toBe('callback_invalid');
  });

  it.each([
    ['another', (state: string) => `code=c&state=${state}&iss=https://evil.example`, true],
    ['another, unpromised', (state: string) => `code=c&state=${state}&iss=https://evil.example`, false],
    ['one with a slash more', (state: string, iss: string) => `code=c&state=${state}&iss=${iss}/`, true],
    ['an empty one', (state: string) => `code=c&state=${state}&iss=`, false],
    ['none though promised', (state: string) => `code=c&state=${state}`, true],
    ['another, with an error', (state: string) => `error=access_denied&state=${state}&iss=x`, true],
  ])('F04: with %s as issuer is refused', async (_, query, promisesIssuer) => {
    expect(await codeOf(query, { promisesIssuer })).toBe('issuer_mismatch');
  });

  it('without an issuer passes where none was promised, and where a person pasted code#state', async () => {
    expect((await judged((state) => `code=c&state=${state}`, { promisesIssuer: false })).outcome).toBe('c');
    expect((await judged((state) => `code=c&state=${state}`, { pasted: true })).outcome).toBe('c');
    expect(await codeOf((state) => `code=c&state=${state}&iss=x`, { pasted: true })).toBe('issuer_mismatch');
  });

  it('F05: with access_denied was not granted', async () => {
    expect(await codeOf((state, iss) => `error=access_denied&state=${state}&iss=${iss}`)).toBe(
      'access_denied',
    );
  });

  it('F06: with any other error says the word of it and nothing else', async () => {
    const { outcome } = await judged(
      (state, iss) => `error=invalid_scope&error_description=<script>&state=${state}&iss=${iss}`,
    );
    expect(outcome).toMatchObject({
      code: 'authorization_failed',
      detail: 'The sign-in server said invalid_scope.',
    });
    const { outcome: script } = await judged(
      (state, iss) => `error=<script>alert(1)</script>&error_uri=x&state=${state}&iss=${iss}`,
    );
    expect(script).toMatchObject({ code: 'authorization_failed' });
    expect(String((script as Error).message)).not.toContain('script');
  });

  it.each([
    ['error=invalid_target', 'The sign-in server said invalid_target. It wants to know'],
    ['error=invalid_request&error_description=A+nonce+is+required', 'invalid_request. It wants a nonce'],
    [`error=${'x'.repeat(90)}`, `The sign-in server said ${'x'.repeat(64)}….`],
    ['error=Server.Error%2F42', 'The sign-in server said Server.Error/42.'],
  ])('keeps the server’s own word, checked and shortened: %s', async (query, words) => {
    const { outcome } = await judged((state, iss) => `${query}&state=${state}&iss=${iss}`);
    expect(outcome).toMatchObject({ code: 'authorization_failed', detail: expect.stringContaining(words) });
  });

  it('says the limit a code is over, and from which host a foreign answer came', async () => {
    const long = await judged((state, iss) => `code=${'c'.repeat(5000)}&state=${state}&iss=${iss}`);
    expect(long.outcome).toMatchObject({ detail: expect.stringContaining('longer than 4096') });
    const foreign = await judged((state) => `code=c&state=${state}&iss=https://evil.example/x`);
    expect(foreign.outcome).toMatchObject({ detail: 'The answer is from evil.example.' });
  });

  it.each([
    ['none is configured', null, 'c'],
    ['one is', 'https://login.example/realms/one', 'c'],
    ['another is', 'https://login.example/realms/two', 'issuer_mismatch'],
  ])('of explicit endpoints is compared with a configured issuer only: %s', async (_, issuer, expected) => {
    const client = clientOf('', {
      issuer,
      authorizationEndpoint: 'https://login.example/realms/one/authorize',
      tokenEndpoint: 'https://login.example/realms/one/token',
    });
    const request = await client.begin(redirectUri);
    const parameters = new URLSearchParams({
      code: 'c',
      state: request.state.reveal(),
      iss: 'https://login.example/realms/one',
    });
    const outcome = await client.judgeResponse({ parameters }, request).then(
      ({ code }) => code.reveal(),
      (error: unknown) => (error as InvalidRequestError).code,
    );
    expect(outcome).toBe(expected);
  });

  it.each([
    ['no code', (state: string, iss: string) => `state=${state}&iss=${iss}`],
    ['an empty code', (state: string, iss: string) => `code=&state=${state}&iss=${iss}`],
    ['a code with a line break', (state: string, iss: string) => `code=a%0d%0ab&state=${state}&iss=${iss}`],
    ['a code of 5 KB', (state: string, iss: string) => `code=${'c'.repeat(5000)}&state=${state}&iss=${iss}`],
    ['a token beside the code', (state: string, iss: string) => `code=c&token=t&state=${state}&iss=${iss}`],
    ['a signed response', (state: string, iss: string) => `code=c&response=a.b.c&state=${state}&iss=${iss}`],
  ])('with %s is refused', async (_, query) => {
    expect(await codeOf(query)).toBe('callback_invalid');
  });

  it('to a sign-in that was begun at another server is refused', async () => {
    await using standIn = await startStandIn();
    const client = clientOf(standIn.origin);
    const request = { ...(await client.begin(redirectUri)), issuer: 'https://earlier.example' };
    const parameters = new URLSearchParams({ code: 'c', state: request.state.reveal(), iss: standIn.origin });
    expect(await failureOf(client.judgeResponse({ parameters }, request))).toMatchObject({
      code: 'issuer_mismatch',
    });
  });

  it('F01: with a wrong state is refused without asking anybody, even after a restart', async () => {
    await using standIn = await startStandIn();
    const request = await clientOf(standIn.origin).begin(redirectUri);
    standIn.on('/.well-known/oauth-authorization-server', text('', 503));
    const restarted = clientOf(standIn.origin);
    const asked = standIn.received.length;
    const judge = (state: string) =>
      failureOf(restarted.judgeResponse({ parameters: new URLSearchParams({ code: 'c', state }) }, request));
    expect(await judge('wrong')).toMatchObject({ code: 'state_mismatch' });
    expect(standIn.received).toHaveLength(asked);
    expect(await judge(request.state.reveal())).toMatchObject({ code: 'metadata_unavailable', sent: false });
  });
});
