import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  asked,
  freshSignIn,
  isServed,
  openWorld,
  refreshesSent,
  signIn,
  statusOf,
  type World,
  waitUntil,
} from './harness/open-world.ts';
import type { Answer } from './harness/start-sidecar.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld({ store: 'passphrase_file' });
});
beforeEach(() => freshSignIn(world));
afterAll(() => world.close());

const refresh = (): Promise<Answer> => world.sidecar().call('POST', '/auth/anthropic/refresh');
const logout = (): Promise<Answer> => world.sidecar().call('POST', '/auth/anthropic/logout');

/** No token of this sign-in is good any more, as the server sees it, and nobody is signed in here. */
async function expectNothingLeft(): Promise<void> {
  await waitUntil(async () => ((await world.trouble.requests()).familiesEnded['revocation'] ?? 0) > 0);
  expect(await statusOf(world.sidecar())).toMatchObject({ state: 'signed_out', refreshable: false });
  expect(await isServed(world)).toBe(false);
  expect((await refresh()).body['code']).toBe('not_signed_in');
}

describe('a sign-out', () => {
  it('F35 during a refresh takes along what the refresh brings', async () => {
    await world.trouble.post('faults', { on: 'token', kind: 'delay', delayMs: 1_500 });
    const refreshing = refresh();
    await waitUntil(async () => (await asked(world, 'token:refresh_token')) === 1);
    expect((await logout()).body).toEqual({ state: 'signed_out', revocation: 'done' });
    await refreshing;
    await expectNothingLeft();
  });

  it('F35 just before a refresh leaves nothing to send', async () => {
    const [signedOut, refreshed] = await Promise.all([logout(), refresh()]);
    expect(signedOut.status).toBe(200);
    // Whichever was first: what the refresh may have brought did not stay.
    expect([200, 409]).toContain(refreshed.status);
    await expectNothingLeft();
  });

  it('F35 and a new sign-in during a refresh: the new one wins, and stays', async () => {
    await world.trouble.post('faults', {
      on: 'token',
      grant: 'refresh_token',
      kind: 'delay',
      delayMs: 2_500,
    });
    const refreshing = refresh();
    await waitUntil(async () => (await asked(world, 'token:refresh_token')) === 1);
    await signIn(world.sidecar());
    await refreshing;
    expect((await statusOf(world.sidecar())).state).toBe('signed_in');
    expect(await isServed(world)).toBe(true);
    expect((await refresh()).status).toBe(200);
    // The old family's tokens, early and late, are not left alive.
    const { familiesEnded, refresh: sent } = await world.trouble.requests();
    expect(familiesEnded).toMatchObject({ reuse: 0 });
    expect(familiesEnded['revocation']).toBeGreaterThan(0);
    expect(sent.resent).toBe(0);
  });
});

describe('a sign-out whose revocation does not go well', () => {
  it.each([
    ['is answered with 503', { kind: 'status', status: 503 }, 'pending'],
    ['breaks off', { kind: 'reset' }, 'pending'],
    ['is not known there', { kind: 'unsupported' }, 'unsupported'],
    ['has no endpoint there', { kind: 'status', status: 404 }, 'unsupported'],
  ])('F36 because it %s is a sign-out all the same, and says so', async (_name, fault, revocation) => {
    await world.trouble.post('faults', { on: 'revoke', ...fault });
    const { status, body } = await logout();
    expect([status, body]).toEqual([200, { state: 'signed_out', revocation }]);
    expect(await statusOf(world.sidecar())).toMatchObject({ state: 'signed_out', revocation });
    expect((await logout()).body).toEqual({ state: 'signed_out', revocation });
    // A new sign-in has nothing to do with it.
    await signIn(world.sidecar());
    expect(await statusOf(world.sidecar())).toMatchObject({ state: 'signed_in', revocation: null });
  });

  it('F36 because no endpoint is named anywhere says unsupported', async () => {
    await world.sidecar().stop();
    await world.trouble.post('faults', { on: 'metadata', kind: 'no_revocation_endpoint', times: 9 });
    await world.restart();
    expect((await logout()).body).toEqual({ state: 'signed_out', revocation: 'unsupported' });
    await world.trouble.post('reset', {});
    await world.sidecar().stop();
    await world.restart();
  });
});

describe('a record of another server', () => {
  it('F29 is as absent, and nothing of it is ever sent: not to renew, not to use, not to revoke', async () => {
    let received = 0;
    const other = createServer((request, response) => {
      received += request.method === 'POST' ? 1 : 0;
      const origin = `http://${request.headers.host}`;
      response.setHeader('content-type', 'application/json').end(
        JSON.stringify({
          issuer: origin,
          authorization_endpoint: `${origin}/authorize`,
          token_endpoint: `${origin}/token`,
          revocation_endpoint: `${origin}/revoke`,
          response_types_supported: ['code'],
          code_challenge_methods_supported: ['S256'],
        }),
      );
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const issuer = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    await world.sidecar().stop();
    await world.restart({ variables: { POSTERN_OAUTH_ISSUER: issuer } });
    expect(await statusOf(world.sidecar())).toMatchObject({ state: 'signed_out', refreshable: false });
    await world.sidecar().setClock(2 * 3_600_000);
    expect((await refresh()).body['code']).toBe('not_signed_in');
    expect(await isServed(world)).toBe(false);
    // Back at its own server it is all there.
    await world.sidecar().stop();
    await world.restart();
    expect((await statusOf(world.sidecar())).state).toBe('signed_in');
    expect(await isServed(world)).toBe(true);
    await world.sidecar().stop();
    await world.restart({ variables: { POSTERN_OAUTH_ISSUER: issuer } });
    expect((await logout()).body).toEqual({ state: 'signed_out', revocation: 'unsupported' });
    expect(received).toBe(0);
    expect(await refreshesSent(world)).toEqual([]);
    expect(await asked(world, 'revoke')).toBe(0);
    await world.sidecar().stop();
    await world.restart();
    other.close();
  });
});
