import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createFakeKeychain, type FakeKeychain } from '../../test/support/store/fake-keychain.ts';
import { canarySignIn, openTestStore, temporaryDirectory } from '../../test/support/store/harness.ts';
import { Secret } from '../secret/index.ts';
import { createKeychain } from './keychain.ts';
import { resetStore } from './reset-store.ts';
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

test('one question that hangs is not followed by more, and a late answer counts', async () => {
  await fill();
  let answer = (): void => undefined;
  const { get } = keychain;
  keychain.get = async (account) => {
    const value = await get(account);
    await new Promise<void>((resolve) => {
      answer = resolve;
    });
    return value;
  };
  const before = keychain.calls;
  const store = await open(null);
  for (let count = 0; count < 5; count += 1)
    await expect(store.signIns.read('oauth:default')).rejects.toMatchObject({
      code: 'credential_store_unavailable',
      trouble: 'slow',
    });
  expect(store.health().detail).toContain('Look for a window');
  answer();
  await vi.waitFor(async () => expect((await store.signIns.read('oauth:default')).version).toBe(5));
  expect(keychain.calls).toBe(before + 1);
  expect(store.health()).toMatchObject({ kind: 'os_keychain', healthy: true });
});

test('a first start that is answered late keeps what was saved in memory meanwhile', async () => {
  const asked = Promise.withResolvers<void>();
  const { get } = keychain;
  keychain.get = async (account) => {
    await asked.promise;
    return await get(account);
  };
  const store = await open(null);
  await store.signIns.update('oauth:default', () => canarySignIn(3));
  await store.apiKeys.write('api_key:default', new Secret('sk-ant-api-x'));
  expect(store.health()).toMatchObject({ kind: 'memory', persisted: false });
  asked.resolve();
  await vi.waitFor(() => expect(store.health()).toMatchObject({ kind: 'os_keychain', persisted: true }));
  expect(store.health().detail).not.toContain('did not answer');
  await store.signIns.update('oauth:default', (current) => canarySignIn(current.version + 1));
  await close(store);
  const again = await open(null);
  expect((await again.signIns.read('oauth:default')).version).toBe(4);
  expect((await again.apiKeys.read('api_key:default'))?.reveal()).toBe('sk-ant-api-x');
});

test('a first start that is never answered leaves at most one key in the keychain, however often', async () => {
  const { get, delete: remove } = keychain;
  const never = Promise.withResolvers<never>();
  never.promise.catch(() => undefined);
  keychain.get = () => never.promise;
  keychain.delete = () => never.promise;
  const first = await open(null);
  never.reject(new Error('given up'));
  await close(first);
  const [left] = accounts('sealing-key:');
  expect(keychain.entries.size).toBe(1);
  keychain.get = get;
  keychain.delete = remove;
  const second = await open(null);
  expect(second.health()).toMatchObject({ kind: 'os_keychain', persisted: true });
  expect(accounts('sealing-key:')).toEqual([left]);
  expect(keychain.entries.size).toBe(2);
});

test('a first start that is given up removes what it began', async () => {
  const { get } = keychain;
  const never = Promise.withResolvers<never>();
  never.promise.catch(() => undefined);
  keychain.get = () => never.promise;
  const store = await open(null);
  keychain.get = get;
  never.reject(new Error('given up'));
  await close(store);
  expect([...keychain.entries.keys()]).toEqual([]);
});

test.each([
  ['two entries of one name', 'Entry is matched by 2 credentials: [Item]', 'two entries'],
  ['an entry that is no text', 'Secret data is malformed: invalid utf-8 sequence', 'cannot be read'],
  ['KWallet without its crypto plug-in', 'Platform failure: Crypto error: UnpadError', 'QCA'],
  [
    'a blocked answer',
    'DBus error: the message bus security policy blocked the reply. Did not receive a reply',
    'in time',
  ],
  ['a text that is not known', 'Platform failure: something else', 'The keychain failed'],
] as const)('with %s the health says so, and what is sealed waits', async (_what, text, words) => {
  await fill();
  keychain.get = () => Promise.reject(new Error(text));
  for (const kind of [null, 'os_keychain'] as const) {
    const store = await open(kind);
    expect(store.health()).toMatchObject({ kind: 'os_keychain', healthy: false });
    expect(store.health().detail).toContain(words);
    await expect(store.signIns.read('oauth:default')).rejects.toMatchObject({
      code: 'credential_store_unavailable',
    });
  }
});

test('a start that names a keychain that is gone waits for it where something is sealed', async () => {
  await fill();
  keychain.mood = 'absent';
  const store = await open('os_keychain');
  expect(store.health()).toMatchObject({ kind: 'os_keychain', healthy: false });
  keychain.mood = 'open';
  await vi.waitFor(async () => expect((await store.signIns.read('oauth:default')).version).toBe(5), 3_000);
});

test('an end is not held up by a keychain that waits for the user', async () => {
  await fill();
  keychain.mood = 'hanging';
  const store = await open(null);
  const before = performance.now();
  await close(store);
  expect(performance.now() - before).toBeLessThan(2_000);
});

test('a reset sets aside what a lost keychain sealed, and the next start begins again', async () => {
  const first = await open('os_keychain');
  await first.signIns.update('oauth:default', () => canarySignIn(5));
  await close(first);
  keychain.entries.clear();
  const options = { dataDir: directory.path, clock: () => Date.now(), log: () => undefined };
  expect(await resetStore(options)).toBe(1);
  expect(await resetStore(options)).toBe(0);
  const store = await open('passphrase_file');
  expect(store.signIns.ids()).toEqual([]);
  await store.signIns.update('oauth:default', () => canarySignIn(1));
  expect(store.health()).toMatchObject({ kind: 'passphrase_file', healthy: true });
  expect(store.sql.all('SELECT record_id, reason FROM set_aside')).toEqual([
    { record_id: 'oauth:default', reason: 'reset' },
  ]);
});
