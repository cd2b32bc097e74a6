import { describe, expect, it } from 'vitest';
import {
  type Answer,
  clientOf,
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
import { Secret } from '../secret/index.ts';

const token = new Secret('canary-refresh-token');

describe('a revocation', () => {
  it('sends the token, its kind and the client id as a form, and is done', async () => {
    await using standIn = await startStandIn();
    expect(await clientOf(standIn.origin).revoke(token, 'refresh_token')).toBe('done');
    const [sent, ...more] = standIn.at('/revoke');
    expect(more).toEqual([]);
    expect(Object.fromEntries(new URLSearchParams(sent?.body))).toEqual({
      token: 'canary-refresh-token',
      token_type_hint: 'refresh_token',
      client_id: 'postern-test',
    });
  });

  it.each<[string, Answer]>([
    ['unsupported_token_type', json({ error: 'unsupported_token_type' }, 400)],
    ['404', text('', 404)],
    ['405', text('', 405)],
    ['501', text('', 501)],
    ['a redirect', text('', 307, { location: 'https://evil.example/' })],
    ['invalid_client', json({ error: 'invalid_client' }, 401)],
    ['400 without a body', text('', 400)],
    ['415', text('', 415)],
    ['500', text('', 500)],
  ])('F36: is unsupported, and not tried again, where the server says %s', async (_, answer) => {
    await using standIn = await startStandIn();
    standIn.on('/revoke', answer);
    expect(await clientOf(standIn.origin).revoke(token, 'access_token')).toBe('unsupported');
  });

  it('F36: is unsupported where there is no endpoint, and nothing is sent', async () => {
    await using standIn = await startStandIn();
    standIn.on(
      '/.well-known/oauth-authorization-server',
      json({ ...metadataOf(standIn.origin), revocation_endpoint: undefined }),
    );
    expect(await clientOf(standIn.origin).revoke(token, 'refresh_token')).toBe('unsupported');
    const explicit = clientOf('', {
      issuer: null,
      authorizationEndpoint: `${standIn.origin}/authorize`,
      tokenEndpoint: `${standIn.origin}/token`,
    });
    expect(await explicit.revoke(token, 'refresh_token')).toBe('unsupported');
    expect(standIn.at('/revoke')).toEqual([]);
  });

  it.each<[string, Answer]>([
    ['503', text('canary', 503, { 'retry-after': '60' })],
    ['silence', silence],
    ['a reset', reset],
  ])('F36: may work later after %s', async (what, answer) => {
    await using standIn = await startStandIn();
    standIn.on('/revoke', answer);
    const client = clientOf(standIn.origin, {}, answer === silence ? impatient : {});
    const failure = await failureOf(client.revoke(token, 'refresh_token'));
    expect(failure).toMatchObject({
      name: 'TransientError',
      code: 'metadata_unavailable',
      retryAtMs: what === '503' ? now + 60_000 : null,
      sent: what !== '503',
    });
    expect(JSON.stringify([failure, String(failure)])).not.toContain('canary');
    expect(standIn.at('/revoke')).toHaveLength(1);
  });
});
