/** The whole sidecar with KeePassXC as the Secret Service, which says null for an entry of a locked database. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type SecretService,
  startSecretService,
} from '../../packages/sidecar/test/support/store/fake-secret-service.ts';
import { type KeePassXc, makeKeePassXc } from '../../packages/sidecar/test/support/store/keepassxc.ts';
import {
  isServed,
  openWorld,
  signIn,
  statusOf,
  type World,
  waitUntil,
} from '../faults/harness/open-world.ts';

let place: string;
let bus: SecretService;
let keePassXc: KeePassXc;
let world: World | null;
beforeEach(async () => {
  place = mkdtempSync(join(tmpdir(), 'postern-keepassxc-'));
  world = null;
  const socket = join(place, 'socket');
  bus = await startSecretService(socket, join(place, 'bus'), false);
  keePassXc = await makeKeePassXc(socket, join(place, 'keepassxc'));
});
afterEach(async () => {
  await world?.close();
  await keePassXc.stop();
  await bus.stop();
  rmSync(place, { recursive: true, force: true, maxRetries: 5 });
});

async function open(): Promise<World> {
  world = await openWorld({
    store: null,
    variables: () => ({ DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(place, 'socket')}` }),
  });
  return world;
}

describe('KeePassXC', () => {
  it('keeps the sealing key: a sign-in is there after both were started again, under one key and its sentinel', async () => {
    await keePassXc.start('unlocked');
    const here = await open();
    await signIn(here.sidecar());
    const { body } = await here.sidecar().call('GET', '/auth/anthropic/status');
    expect(body['store']).toMatchObject({ kind: 'os_keychain', persisted: true, healthy: true });
    await here.sidecar().stop();
    await keePassXc.stop();
    await keePassXc.start('unlocked');
    await here.restart();
    expect(await statusOf(here.sidecar())).toMatchObject({ state: 'signed_in', persisted: true });
    expect(await isServed(here)).toBe(true);
    expect(await keePassXc.entries()).toBe(2);
  });

  it('with a locked database costs nothing: it is said, and the same sign-in is back once it is unlocked', async () => {
    await keePassXc.start('unlocked');
    const here = await open();
    await signIn(here.sidecar());
    await here.sidecar().stop();
    await keePassXc.stop();
    await keePassXc.start('locked');
    const sidecar = await here.restart();
    const { status, body } = await sidecar.call('GET', '/auth/anthropic/status');
    expect([status, body['code'], body['detail']]).toEqual([
      503,
      'credential_store_unavailable',
      expect.stringContaining('window of its own'),
    ]);
    expect((await sidecar.call('GET', '/health')).body['status']).toBe('degraded');

    await keePassXc.stop();
    await keePassXc.start('unlocked');
    // A keychain that failed several times is left alone for up to 30 s.
    await waitUntil(async () => (await sidecar.call('GET', '/auth/anthropic/status')).status === 200, 45_000);
    expect(await statusOf(sidecar)).toMatchObject({ state: 'signed_in', persisted: true });
    expect(await isServed(here)).toBe(true);
    expect(await keePassXc.entries()).toBe(2);
  });
});
