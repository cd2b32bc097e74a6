import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type SecretService, startSecretService } from '../../test/support/store/fake-secret-service.ts';
import {
  canary,
  canarySignIn,
  filesContaining,
  temporaryDirectory,
} from '../../test/support/store/harness.ts';
import { describeStore } from '../../test/support/store/suite.ts';
import { createKeychain } from './keychain.ts';
import { openStore } from './open-store.ts';
import { osKeychainEntries } from './os-keychain-entries.ts';
import type { Store } from './store.ts';

let log: string[];
const open = (dataDir: string, kind: 'os_keychain' | null = 'os_keychain'): Promise<Store> =>
  openStore({
    dataDir,
    kind,
    passphrase: async () => null,
    environment: process.env,
    clock: () => Date.now(),
    log: (line) => log.push(line),
  });

let place: ReturnType<typeof temporaryDirectory>;
let services: SecretService[];

/** A Secret Service on this file's one bus, with its files in a directory of this name. */
async function start(name: string, keyring?: boolean): Promise<SecretService> {
  const service = await startSecretService(join(place.path, 'socket'), join(place.path, name), keyring);
  services.push(service);
  return service;
}

beforeAll(() => {
  place = temporaryDirectory();
  services = [];
  vi.stubEnv('DBUS_SESSION_BUS_ADDRESS', `unix:path=${join(place.path, 'socket')}`);
});
beforeEach(() => {
  log = [];
});
afterAll(async () => {
  vi.unstubAllEnvs();
  for (const service of services) await service.stop();
  place.remove();
});

describe('with a real Secret Service', () => {
  let service: SecretService;
  beforeAll(async () => {
    service = await start('suite');
  });
  afterAll(() => service.stop());

  describeStore('os_keychain', (dataDir) => open(dataDir));

  test('a probe passes, and without a choice it is the keychain', async () => {
    const { path, remove } = temporaryDirectory();
    const store = await open(path, null);
    expect(store.health()).toMatchObject({ kind: 'os_keychain', persisted: true, healthy: true });
    await store.close();
    remove();
  });

  test('the keyring’s files hold no token', async () => {
    const { path, remove } = temporaryDirectory();
    const store = await open(path);
    await store.signIns.update('oauth:default', () => canarySignIn());
    expect(filesContaining(join(place.path, 'suite', 'share'), canary)).toEqual([]);
    await store.close();
    remove();
  });

  test('how long the keychain takes is printed', async () => {
    const keychain = createKeychain(osKeychainEntries(process.env));
    await keychain.write('measured', 'first');
    expect(await keychain.read('measured')).toBe('first');
    const times: number[] = [];
    for (let round = 0; round < 20; round += 1) {
      const start = performance.now();
      await keychain.read('measured');
      times.push(performance.now() - start);
    }
    await keychain.remove('measured');
    expect(await keychain.read('measured')).toBeNull();
    times.sort((a, b) => a - b);
    keychain.giveUp();
    process.stdout.write(`keychain read: median ${times[10]?.toFixed(1)} ms of ${times.length}\n`);
  });
});

describe('F26: with a Secret Service that comes and goes', () => {
  let data: ReturnType<typeof temporaryDirectory>;
  let service: SecretService;
  let stores: Store[];
  beforeEach(async () => {
    data = temporaryDirectory();
    stores = [];
    service = await start(`keyring-${services.length}`);
    const store = await open(data.path);
    await store.signIns.update('oauth:default', () => canarySignIn(5));
    await store.close();
  });
  afterEach(async () => {
    for (const store of stores) await store.close();
    await service.stop();
    data.remove();
  });

  async function reopen(kind: 'os_keychain' | null): Promise<Store> {
    const store = await open(data.path, kind);
    stores.push(store);
    return store;
  }

  test('locked at the start, it says locked, and serves by itself once it is unlocked', async () => {
    await service.lock();
    const store = await reopen('os_keychain');
    await expect(store.signIns.read('oauth:default')).rejects.toMatchObject({
      code: 'credential_store_locked',
    });
    expect(store.health()).toMatchObject({ kind: 'os_keychain', healthy: false });
    await service.unlock();
    await vi.waitFor(async () => expect((await store.signIns.read('oauth:default')).version).toBe(5), {
      timeout: 20_000,
      interval: 200,
    });
    expect(store.health()).toMatchObject({ healthy: true });
  });

  test('locked while running, what was opened goes on', async () => {
    const store = await reopen(null);
    await service.lock();
    await store.signIns.update('oauth:default', (current) => canarySignIn(current.version + 1));
    expect((await store.signIns.read('oauth:default')).version).toBe(6);
  });

  test('when the bus goes away while running, what was opened goes on, and the next start says so', async () => {
    const store = await reopen(null);
    await service.stop();
    await store.signIns.update('oauth:default', (current) => canarySignIn(current.version + 1));
    expect((await store.signIns.read('oauth:default')).version).toBe(6);

    const degraded = await reopen(null);
    expect(degraded.health()).toMatchObject({ kind: 'os_keychain', healthy: false });
    await expect(degraded.signIns.read('oauth:default')).rejects.toMatchObject({
      code: 'credential_store_unavailable',
    });
    expect((await reopen('os_keychain')).health()).toMatchObject({ kind: 'os_keychain', healthy: false });
  });

  test('a bus that comes back serves a store that was opened without it', async () => {
    await service.stop();
    const store = await reopen(null);
    expect(store.health()).toMatchObject({ kind: 'os_keychain', healthy: false });
    service = await start(`keyring-${services.length - 1}`);
    await vi.waitFor(async () => expect((await store.signIns.read('oauth:default')).version).toBe(5), {
      timeout: 20_000,
      interval: 200,
    });
  });

  test('another keyring than the one it was sealed with sets nothing aside', async () => {
    await service.stop();
    const other = await start('other');
    const store = await reopen(null);
    await expect(store.signIns.read('oauth:default')).rejects.toMatchObject({
      code: 'credential_store_unavailable',
    });
    expect(store.sql.all('SELECT * FROM set_aside')).toEqual([]);
    await other.stop();
  });
});

test.each(['no bus', 'a bus without a Secret Service'])(
  'F27: with %s it is memory by default, said; exit 78 with the choices when it was named',
  async (machine) => {
    const service = machine === 'no bus' ? null : await start('bare', false);
    const data = temporaryDirectory();
    const store = await open(data.path, null);
    expect(store.health()).toMatchObject({ kind: 'memory', persisted: false });
    expect(store.health().detail).toContain('There is no keychain');
    expect(log.join()).toContain('There is no keychain');
    await store.close();
    await expect(open(data.path, 'os_keychain')).rejects.toMatchObject({
      code: 'credential_store_unavailable',
      exitCode: 78,
      detail: expect.stringMatching(/passphrase_file.*memory/),
    });
    data.remove();
    await service?.stop();
  },
);
