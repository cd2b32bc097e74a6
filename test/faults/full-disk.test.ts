import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fillDisk, freeDisk } from './harness/disk.ts';
import {
  approved,
  asked,
  askedWithCredential,
  begin,
  follow,
  freshSignIn,
  isServed,
  openWorld,
  refreshesSent,
  statusOf,
  type World,
  waitUntil,
} from './harness/open-world.ts';

const hour = 3_600_000;

let world: World;
beforeAll(async () => {
  world = await openWorld({ store: 'passphrase_file' });
});
beforeEach(() => freshSignIn(world));
afterEach(() => freeDisk(world.sidecar().pid));
afterAll(() => world.close());

const refresh = () => world.sidecar().call('POST', '/auth/anthropic/refresh');

describe('a disk that is full', () => {
  it('F28 when a refresh is answered: memory serves, nothing rotates again, and it is saved as soon as it can be', async () => {
    const { pid } = world.sidecar();
    await world.trouble.post('faults', { on: 'token', kind: 'delay', delayMs: 1_000 });
    const refreshing = refresh();
    await waitUntil(async () => (await asked(world, 'token:refresh_token')) === 1);
    fillDisk(pid);
    expect((await refreshing).status).toBe(200);
    expect(await statusOf(world.sidecar())).toMatchObject({ state: 'signed_in', persisted: false });
    expect(await isServed(world)).toBe(true);
    // For want of the lock or of the record: either way nothing is sent.
    expect(['refresh_unavailable', 'storage_full']).toContain((await refresh()).body['code']);
    expect(await refreshesSent(world)).toEqual([1]);

    freeDisk(pid);
    await waitUntil(async () => (await statusOf(world.sidecar())).persisted);
    // What is stored is what the refresh brought: a killed sidecar finds it, and its refresh token is good.
    await world.sidecar().stop('SIGKILL');
    await world.restart();
    expect((await statusOf(world.sidecar())).state).toBe('signed_in');
    expect((await refresh()).status).toBe(200);
    expect(await refreshesSent(world)).toEqual([1, 1]);
  });

  it('F30 before a refresh: nothing is sent, the living token serves, and the old record is whole', async () => {
    const { pid } = world.sidecar();
    fillDisk(pid);
    const full = await refresh();
    expect([full.status, full.body['code']]).toEqual([507, 'storage_full']);
    expect(await refreshesSent(world)).toEqual([]);
    expect(await isServed(world)).toBe(true);
    expect((await world.sidecar().call('GET', '/health')).body['status']).toBe('degraded');
    await world.sidecar().stop('SIGKILL');
    await world.restart();
    expect((await refresh()).status).toBe(200);
    expect(await refreshesSent(world)).toEqual([1]);
  });

  it('F30 and an access token that has ended: 507 or 503, nothing is sent, and all is well afterwards', async () => {
    fillDisk(world.sidecar().pid);
    await world.sidecar().setClock(hour + 1_000);
    expect(await isServed(world)).toBe(false);
    expect(await askedWithCredential(world, 'models')).toBe(0);
    expect(await refreshesSent(world)).toEqual([]);
    freeDisk(world.sidecar().pid);
    expect(await isServed(world)).toBe(true);
    expect(await refreshesSent(world)).toEqual([1]);
  });

  it('F30 refuses what a person writes with 507, and keeps what was there', async () => {
    fillDisk(world.sidecar().pid);
    for (const [path, body] of [
      ['/settings', { apiKey: world.sandbox.apiKey }],
      ['/settings', { theme: 'dark' }],
      ['/auth/anthropic/logout', {}],
    ] as const) {
      const { status, body: answer } = await world.sidecar().call('POST', path, body);
      expect([path, status, answer['code']]).toEqual([path, 507, 'storage_full']);
    }
    const start = await world.sidecar().call('GET', '/auth/anthropic/start');
    expect([start.status, start.body['code']]).toEqual([507, 'storage_full']);
    expect((await statusOf(world.sidecar())).state).toBe('signed_in');
    freeDisk(world.sidecar().pid);
    const settings = await world.sidecar().call('GET', '/settings');
    expect(settings.body).toMatchObject({ theme: 'system', hasApiKey: false, hasOAuthToken: true });
    expect(await isServed(world)).toBe(true);
  });

  it('F30 when a code is exchanged: nobody is signed in by half, and what it bought is revoked', async () => {
    await world.sidecar().call('POST', '/auth/anthropic/logout');
    await world.trouble.post('reset', {});
    const redirect = await approved(world.sidecar());
    await world.trouble.post('faults', { on: 'token', kind: 'delay', delayMs: 1_000 });
    const followed = follow(redirect);
    await waitUntil(async () => (await asked(world, 'token:authorization_code')) === 1);
    fillDisk(world.sidecar().pid);
    expect((await followed).status).toBe(400);
    expect(await statusOf(world.sidecar())).toMatchObject({ state: 'signed_out', lastError: 'storage_full' });
    await waitUntil(async () => (await world.trouble.requests()).familiesEnded['revocation'] === 1);
    freeDisk(world.sidecar().pid);
    await begin(world.sidecar());
  });
});
