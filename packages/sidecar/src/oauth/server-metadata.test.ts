import { describe, expect, it } from 'vitest';
import { holdRefusingPort } from '../../test/support/http/refusing-port.ts';
import {
  clientOf,
  cutOff,
  failureOf,
  impatient,
  json,
  metadataOf,
  now,
  reset,
  silence,
  startStandIn,
  text,
} from '../../test/support/oauth/fake-server.ts';
import { OAuthResponseError, TransientError } from '../errors/index.ts';
import { longestAnswer } from './send-once.ts';

const wellKnown = '/.well-known/oauth-authorization-server';
const redirectUri = 'http://127.0.0.1:1/auth/anthropic/callback';

async function startFailure(metadata: (origin: string) => unknown): Promise<unknown> {
  await using standIn = await startStandIn();
  standIn.on(wellKnown, json(metadata(standIn.origin)));
  return await failureOf(clientOf(standIn.origin).begin(redirectUri));
}

describe('F09: an address in the metadata that is not to be opened', () => {
  it.each([
    ['javascript:', 'javascript:alert(1)'],
    ['file:', 'file:///etc/passwd'],
    ['data:', 'data:text/html,x'],
    ['http not on loopback', 'http://as.example/authorize'],
    ['http on a name that only looks like loopback', 'http://127.0.0.1.example/authorize'],
    ['a user name', 'https://user@as.example/authorize'],
    ['an empty user name', 'https://@as.example/authorize'],
    ['an option of a program', '-a'],
    ['an option of a program, long', '--app=https://as.example'],
    ['another host', 'https://evil.example/authorize'],
    ['another port of this machine', 'http://127.0.0.1:1/authorize'],
    ['a fragment', 'https://as.example/authorize#x'],
    ['a blank before it', ' https://as.example/authorize'],
    ['a line break in it', 'https://as.example/a\nuthorize'],
    ['a backslash', 'https:\\\\as.example/authorize'],
    ['nothing', ''],
    ['a number', 7],
    ['something 4 KB long', `https://as.example/${'a'.repeat(4096)}`],
  ])('refuses %s for every endpoint', async (_, address) => {
    for (const name of ['authorization_endpoint', 'token_endpoint', 'revocation_endpoint']) {
      const failure = await startFailure((origin) => ({ ...metadataOf(origin), [name]: address }));
      expect(failure, name).toBeInstanceOf(OAuthResponseError);
      expect(failure, name).toMatchObject({ code: 'metadata_rejected' });
    }
  });

  it('refuses metadata without the endpoints it needs, and takes one without a revocation endpoint', async () => {
    for (const name of ['authorization_endpoint', 'token_endpoint']) {
      const failure = await startFailure((origin) => ({ ...metadataOf(origin), [name]: undefined }));
      expect(failure).toMatchObject({ code: 'metadata_rejected' });
    }
    const failure = await startFailure((origin) => ({
      ...metadataOf(origin),
      revocation_endpoint: undefined,
    }));
    expect(failure).toMatchObject({ message: 'it succeeded' });
  });

  it('takes a host that is named in the configuration', async () => {
    await using standIn = await startStandIn();
    standIn.on(
      wellKnown,
      json({ ...metadataOf(standIn.origin), authorization_endpoint: 'https://login.example/authorize' }),
    );
    const client = clientOf(standIn.origin, { revocationEndpoint: 'https://login.example/revoke' });
    const { authorizationUrl } = await client.begin(redirectUri);
    expect(new URL(authorizationUrl).host).toBe('login.example');
  });
});

describe('F10: metadata that is not to be trusted', () => {
  it.each([
    ['another issuer', (origin: string) => ({ ...metadataOf(origin), issuer: 'https://evil.example' })],
    ['another path in the issuer', (origin: string) => ({ ...metadataOf(origin), issuer: `${origin}/x` })],
    ['no issuer', (origin: string) => ({ ...metadataOf(origin), issuer: undefined })],
    ['an issuer that is no address', (origin: string) => ({ ...metadataOf(origin), issuer: '-' })],
    [
      'plain PKCE only',
      (origin: string) => ({ ...metadataOf(origin), code_challenge_methods_supported: ['plain'] }),
    ],
    ['no PKCE', (origin: string) => ({ ...metadataOf(origin), code_challenge_methods_supported: undefined })],
    [
      'PKCE as a text',
      (origin: string) => ({ ...metadataOf(origin), code_challenge_methods_supported: 'S256' }),
    ],
    ['a list', () => []],
    ['null', () => null],
  ])('refuses %s', async (_, metadata) => {
    expect(await startFailure(metadata)).toMatchObject({ code: 'metadata_rejected' });
  });

  it.each([
    ['HTML', text('<!doctype html><title>Welcome', 200, { 'content-type': 'text/html' })],
    ['JSON that says it is HTML', text('{}', 200, { 'content-type': 'text/html' })],
    ['JSON that says nothing', text('{}')],
    ['half of it', text('{"issuer":', 200, { 'content-type': 'application/json' })],
    ['2 MiB', json({ issuer: 'x'.repeat(2 * longestAnswer) })],
    ['404', text('', 404)],
    ['401', json({ error: 'invalid_client' }, 401)],
  ])('refuses %s', async (_, answer) => {
    await using standIn = await startStandIn();
    standIn.on(wellKnown, answer);
    expect(await failureOf(clientOf(standIn.origin).begin(redirectUri))).toMatchObject({
      code: 'metadata_rejected',
    });
  });

  it.each([301, 302, 303, 307, 308])('refuses a redirect with %i and does not follow it', async (status) => {
    await using standIn = await startStandIn();
    await using other = await startStandIn();
    standIn.on(wellKnown, text('', status, { location: `${other.origin}${wellKnown}` }));
    expect(await failureOf(clientOf(standIn.origin).begin(redirectUri))).toMatchObject({
      code: 'metadata_rejected',
    });
    expect(other.received).toEqual([]);
  });
});

describe('a server that cannot be reached', () => {
  it.each([
    ['503', json({}, 503, { 'retry-after': '7' })],
    ['429', text('', 429, { 'retry-after': '7' })],
    ['a reset', reset],
    ['an answer that breaks off', cutOff('{"issuer":')],
    ['silence', silence],
  ])('is unavailable after %s, and asked again the next time', async (what, answer) => {
    await using standIn = await startStandIn();
    standIn.on(wellKnown, answer);
    const client = clientOf(standIn.origin, {}, what === 'silence' ? impatient : {});
    const failure = await failureOf(client.begin(redirectUri));
    expect(failure).toBeInstanceOf(TransientError);
    expect(failure).toMatchObject({
      code: 'metadata_unavailable',
      retryAtMs: /^\d/.test(what) ? now + 7000 : null,
    });
    standIn.on(wellKnown, json(metadataOf(standIn.origin)));
    await client.begin(redirectUri);
  });

  it('is unavailable where nobody listens', async () => {
    await using refusing = await holdRefusingPort();
    const client = clientOf(`http://127.0.0.1:${refusing.port}`);
    expect(await failureOf(client.begin(redirectUri))).toMatchObject({
      code: 'metadata_unavailable',
      sent: false,
    });
  });
});
