import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  canarySignIn,
  cheapScrypt,
  filesContaining,
  openTestStore,
  temporaryDirectory,
} from '../../test/support/store/harness.ts';
import { absentSignIn } from '../credentials/index.ts';
import { recommendedScryptCost } from './passphrase-key.ts';
import type { Store } from './store.ts';

let directory: ReturnType<typeof temporaryDirectory>;
let stores: Store[];
beforeEach(() => {
  directory = temporaryDirectory();
  stores = [];
});
afterEach(async () => {
  for (const store of stores) await store.close();
  directory.remove();
});

async function open(
  passphrase: string | null,
  kind: 'passphrase_file' | null = 'passphrase_file',
): Promise<Store> {
  const store = await openTestStore(directory.path, { kind, passphrase });
  stores.push(store);
  return store;
}

test('a wrong passphrase is told apart from everything else, and changes nothing', async () => {
  await (await open('right')).signIns.update('oauth:default', () => canarySignIn(5));
  await expect(open('wrong')).rejects.toMatchObject({
    code: 'passphrase_wrong',
    exitCode: 77,
  });
  expect((await (await open('right')).signIns.read('oauth:default')).version).toBe(5);
});

test('it is asked for as a new one until something is sealed under one', async () => {
  const asked: boolean[] = [];
  const wishes = { kind: 'passphrase_file', onAsked: (isNew: boolean) => asked.push(isNew) } as const;
  await expect(openTestStore(directory.path, { ...wishes, passphrase: '' })).rejects.toThrow();
  for (let opened = 0; opened < 2; opened++) await (await openTestStore(directory.path, wishes)).close();
  expect(asked).toEqual([true, true, false]);
});

test.each([null, ''])('without a passphrase (%j) it does not start', async (passphrase) => {
  await expect(open(passphrase)).rejects.toMatchObject({
    code: 'passphrase_missing',
    exitCode: 78,
  });
});

test('what was sealed under a passphrase is opened that way without naming the kind again', async () => {
  await (await open('right')).signIns.update('oauth:default', () => canarySignIn(5));
  expect((await open('right', null)).health().kind).toBe('passphrase_file');
});

test('another kind is refused in words that hold after a sign-out too, with the way on', async () => {
  const store = await open('right');
  await store.signIns.update('oauth:default', () => canarySignIn(5));
  await store.signIns.update('oauth:default', () => absentSignIn(6));
  const refused = openTestStore(directory.path, { kind: 'memory' });
  await expect(refused).rejects.toMatchObject({
    code: 'invalid_configuration',
    exitCode: 78,
    detail: expect.stringMatching(
      /--store passphrase_file, not memory.* the empty record that a sign-out leaves.*postern store reset/,
    ),
  });
});

test('two that start at once with different passphrases do not both win', async () => {
  const outcomes = await Promise.allSettled([open('one'), open('two')]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
});

test('the same passphrase in other code points opens it', async () => {
  await open('Schl\u00fcssel');
  await open('Schlu\u0308ssel');
});

test('the passphrase is in no file', async () => {
  await open('a passphrase that is long enough');
  expect(filesContaining(directory.path, 'a passphrase that is long enough')).toEqual([]);
});

test('a wrapped key that cannot be read is said to be, and kept', async () => {
  const store = await open('right');
  await store.signIns.update('oauth:default', () => canarySignIn(5));
  store.sql.run("UPDATE sealing_key SET wrapping = '{}'");
  await expect(open('right')).rejects.toMatchObject({ code: 'credential_store_unavailable', exitCode: 78 });
  expect(store.sql.all('SELECT count(*) AS sealed FROM sealed_records')).toEqual([{ sealed: 1 }]);
});

test('the cost of a guess is what OWASP recommends, and is kept beside the key it wraps', async () => {
  expect(recommendedScryptCost).toEqual({ N: 131_072, r: 8, p: 1 });
  const [row] = (await open('right')).sql.all('SELECT wrapping FROM sealing_key');
  expect(JSON.parse(String(row?.['wrapping']))).toMatchObject({ kdf: 'scrypt', ...cheapScrypt });
});
