import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createFakeKeychain, type FakeKeychain } from '../../test/support/store/fake-keychain.ts';
import { canarySignIn, openTestStore, temporaryDirectory } from '../../test/support/store/harness.ts';
import { Secret } from '../secret/index.ts';
import { createKeychain } from './keychain.ts';
import type { Store } from './store.ts';

let directory: ReturnType<typeof temporaryDirectory>;
let keychain: FakeKeychain;
let log: string[];
let stores: Store[];
beforeEach(() => {
  directory = temporaryDirectory();
  keychain = createFakeKeychain();
  log = [];
  stores = [];
});
afterEach(async () => {
  for (const store of stores) await store.close();
  directory.remove();
});

async function open(kind: 'os_keychain' | 'memory' | 'passphrase_file' | null): Promise<Store> {
  const store = await openTestStore(directory.path, {
    kind,
    parts: { keychain: createKeychain(keychain, 30) },
    log: (line) => log.push(line),
  });
  stores.push(store);
  return store;
}

async function close(store: Store): Promise<void> {
  stores.splice(stores.indexOf(store), 1);
  await store.close();
}

/** A directory with one sealed sign-in, closed. */
async function fill(): Promise<void> {
  const store = await open('os_keychain');
  await store.signIns.update('oauth:default', () => canarySignIn(5));
}

const accounts = (prefix: string): readonly string[] =>
  [...keychain.entries.keys()].filter((account) => account.startsWith(prefix));

test('the keychain gets the key and its sentinel, and nothing else', async () => {
  await fill();
  await (await open('os_keychain')).apiKeys.write('api_key:default', new Secret('sk-ant-api-x'));
  expect(accounts('sealing-key:')).toHaveLength(1);
  expect(accounts('sealing-sentinel:')).toHaveLength(1);
  expect(keychain.entries.size).toBe(2);
  expect(
    Buffer.from(keychain.entries.get(accounts('sealing-key:')[0] ?? '') ?? '', 'base64url'),
  ).toHaveLength(32);
});

test('two that start at once on an empty directory end with one key', async () => {
  const [first, second] = await Promise.all([open('os_keychain'), open('os_keychain')]);
  await first.signIns.update('oauth:default', () => canarySignIn(1));
  await second.signIns.update('oauth:default', (current) => canarySignIn(current.version + 1));
  expect((await first.signIns.read('oauth:default')).version).toBe(2);
  expect(keychain.entries.size).toBe(2);
});

test.each([
  ['absent', 'There is no keychain'],
  ['without_keyring', 'no keyring yet'],
  ['forgetful', 'There is no keychain'],
  ['locked', 'was locked'],
  ['hanging', 'did not answer'],
] as const)(
  'F27: without a choice and with a keychain that is %s, it is memory, said in the log and in the health',
  async (mood, words) => {
    keychain.mood = mood;
    const store = await open(null);
    await store.signIns.update('oauth:default', () => canarySignIn(1));
    expect(store.health()).toMatchObject({ kind: 'memory', persisted: false, healthy: true });
    expect(store.health().detail).toContain(words);
    expect(log.join()).toContain(words);
  },
);

test('F27: without a choice and with a keychain that works, it is the keychain', async () => {
  expect((await open(null)).health()).toMatchObject({ kind: 'os_keychain', persisted: true, healthy: true });
});

test.each(['absent', 'without_keyring', 'forgetful'] as const)(
  'F27: --store os_keychain where it is %s ends with exit 78 and the choices',
  async (mood) => {
    keychain.mood = mood;
    await expect(open('os_keychain')).rejects.toMatchObject({
      code: 'credential_store_unavailable',
      exitCode: 78,
      detail: expect.stringMatching(/passphrase_file.*memory/),
    });
  },
);

test('F26: a keychain that is locked at the start is said to be, and serves by itself once it is unlocked', async () => {
  await fill();
  keychain.mood = 'locked';
  const store = await open(null);
  expect(store.signIns.ids()).toEqual(['oauth:default']);
  await expect(store.signIns.read('oauth:default')).rejects.toMatchObject({
    code: 'credential_store_locked',
  });
  await expect(store.signIns.update('oauth:default', (current) => current)).rejects.toMatchObject({
    code: 'credential_store_locked',
  });
  expect(store.health()).toMatchObject({ kind: 'os_keychain', healthy: false });
  expect(store.health().detail).toContain('locked');
  expect((await store.signIns.read('nobody')).status).toBe('absent');

  keychain.mood = 'open';
  await vi.waitFor(async () => expect((await store.signIns.read('oauth:default')).version).toBe(5), 3_000);
  expect(store.health()).toMatchObject({ healthy: true });
});

test('F26: locked, absent and slow are three sentences', async () => {
  await fill();
  const details = new Set<string>();
  for (const mood of ['locked', 'absent', 'hanging'] as const) {
    keychain.mood = mood;
    details.add((await open(null)).health().detail);
  }
  expect(details.size).toBe(3);
});

test('F26: a keychain that goes away while running ends nothing', async () => {
  const store = await open('os_keychain');
  await store.signIns.update('oauth:default', () => canarySignIn(5));
  for (const mood of ['locked', 'absent', 'hanging'] as const) {
    keychain.mood = mood;
    await store.signIns.update('oauth:default', (current) => canarySignIn(current.version + 1));
  }
  expect((await store.signIns.read('oauth:default')).version).toBe(8);
  expect(store.health()).toMatchObject({ healthy: true, persisted: true });
});

test('a keychain that refused is left alone for a while: every question may open a prompt', async () => {
  await fill();
  keychain.mood = 'locked';
  const store = await open(null);
  const before = keychain.calls;
  for (let count = 0; count < 20; count += 1)
    await expect(store.signIns.read('oauth:default')).rejects.toMatchObject({
      code: 'credential_store_locked',
    });
  expect(keychain.calls).toBe(before);
});

test('a keychain that knows neither key nor sentinel is another one: nothing is set aside', async () => {
  await fill();
  const kept = new Map(keychain.entries);
  keychain.entries.clear();
  const store = await open(null);
  await expect(store.signIns.read('oauth:default')).rejects.toMatchObject({
    code: 'credential_store_unavailable',
  });
  for (const [account, value] of kept) keychain.entries.set(account, value);
  const again = await open(null);
  expect((await again.signIns.read('oauth:default')).version).toBe(5);
});

test('F26: a keychain that says null while it is locked, and is unlocked between two looks, has lost nothing', async () => {
  await fill();
  const { get } = keychain;
  let looks = 0;
  keychain.get = async (account) => {
    looks += 1;
    return looks === 1 ? null : await get(account);
  };
  const store = await open(null);
  expect((await store.signIns.read('oauth:default')).version).toBe(5);
  expect(store.sql.all('SELECT name FROM set_aside')).toEqual([]);
});

/** Asks for the stored sign-in until the keychain was looked at for a second time. */
async function untilGivenUp(store: Store): Promise<void> {
  await expect(store.signIns.read('oauth:default')).rejects.toMatchObject({ trouble: 'key_missing' });
  expect(store.sql.all('SELECT name FROM set_aside')).toEqual([]);
  await vi.waitFor(
    async () => expect((await store.signIns.read('oauth:default')).status).toBe('absent'),
    5_000,
  );
}

test('a key that is gone beside its sentinel at two looks is lost: its records are set aside, and it is said', async () => {
  await fill();
  keychain.entries.delete(accounts('sealing-key:')[0] ?? '');
  const store = await open(null);
  await untilGivenUp(store);
  await store.signIns.update('oauth:default', () => canarySignIn(1));
  expect(store.sql.all('SELECT name, record_id, reason FROM set_aside')).toEqual([
    { name: 'sign_in', record_id: 'oauth:default', reason: 'key lost' },
  ]);
  expect(log.join()).toContain('1 records were set aside');
  expect(store.health().detail).toContain('has lost the sealing key');
});

test('a record that was set aside comes back with its key, unless it was made again', async () => {
  const first = await open('os_keychain');
  await first.signIns.update('oauth:default', () => canarySignIn(5));
  await first.signIns.update('oauth:second', () => canarySignIn(7));
  await close(first);
  const [account = ''] = accounts('sealing-key:');
  const value = keychain.entries.get(account) ?? '';
  keychain.entries.delete(account);
  const without = await open(null);
  await untilGivenUp(without);
  await without.signIns.update('oauth:default', () => canarySignIn(1));
  await close(without);
  keychain.entries.set(account, value);
  const again = await open(null);
  expect((await again.signIns.read('oauth:second')).version).toBe(7);
  expect((await again.signIns.read('oauth:default')).version).toBe(1);
  expect(again.sql.all('SELECT record_id FROM set_aside')).toEqual([{ record_id: 'oauth:default' }]);
});

test('a process that still holds a lost key takes the new one instead of sealing under the old', async () => {
  const first = await open('os_keychain');
  await first.signIns.update('oauth:default', () => canarySignIn(5));
  keychain.entries.delete(accounts('sealing-key:')[0] ?? '');
  const second = await open(null);
  await untilGivenUp(second);
  await second.signIns.update('oauth:default', () => canarySignIn(1));
  await first.signIns.update('oauth:default', (current) => canarySignIn(current.version + 1));
  expect((await second.signIns.read('oauth:default')).version).toBe(2);
});

test.each(['memory', 'passphrase_file'] as const)(
  'what the keychain sealed is not opened with --store %s: no downgrade',
  async (kind) => {
    await fill();
    await expect(open(kind)).rejects.toMatchObject({
      code: 'invalid_configuration',
      exitCode: 78,
      detail: expect.stringContaining('--store os_keychain'),
    });
    expect((await (await open(null)).signIns.read('oauth:default')).version).toBe(5);
  },
);

test('F27: what the keychain sealed is never answered with memory when the keychain is gone', async () => {
  await fill();
  keychain.mood = 'absent';
  const store = await open(null);
  expect(store.health()).toMatchObject({ kind: 'os_keychain', healthy: false });
  await expect(store.signIns.read('oauth:default')).rejects.toMatchObject({
    code: 'credential_store_unavailable',
  });
});

test('the kind may be changed while nothing is sealed', async () => {
  await open('os_keychain');
  const store = await open('passphrase_file');
  await store.signIns.update('oauth:default', () => canarySignIn(1));
  expect(store.health()).toMatchObject({ kind: 'passphrase_file', persisted: true });
});
