import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  canaryPending,
  canarySignIn,
  openTestStore,
  temporaryDirectory,
} from '../../test/support/store/harness.ts';
import { Secret } from '../secret/index.ts';
import type { Store } from './store.ts';

let directory: ReturnType<typeof temporaryDirectory>;
let store: Store;
let log: string[];
beforeEach(async () => {
  log = [];
  directory = temporaryDirectory();
  store = await openTestStore(directory.path, { kind: 'passphrase_file', log: (line) => log.push(line) });
  await store.signIns.update('oauth:default', () => canarySignIn(5));
});
afterEach(async () => {
  await store.close();
  directory.remove();
});

/** As another process would: a connection of its own to the same database. */
function meddle(sql: string): void {
  const other = new DatabaseSync(join(directory.path, 'postern.db'));
  other.exec(sql);
  other.close();
}

const version = async (): Promise<number> => (await store.signIns.read('oauth:default')).version;
const sameWithLongToken = (length: number) =>
  store.signIns.update('oauth:default', (current) => {
    if (current.tokens === null) throw new Error('nothing stored');
    const accessToken = new Secret('x'.repeat(length));
    return { ...current, version: current.version + 1, tokens: { ...current.tokens, accessToken } };
  });

/** Lets SQLite grow by no page more, as a full disk would, or by as many as it likes. */
function limitPages(limit: 'none' | 'unlimited'): void {
  const pages = Number(store.sql.all('PRAGMA page_count')[0]?.['page_count']);
  store.sql.all(`PRAGMA max_page_count = ${limit === 'none' ? pages : 1_000_000}`);
}

test('F30: a full database refuses with storage_full, keeps the old record whole, says so, and recovers', async () => {
  limitPages('none');
  await expect(sameWithLongToken(100_000)).rejects.toMatchObject({ code: 'storage_full' });
  expect(await version()).toBe(5);
  expect(store.health()).toMatchObject({ persisted: false, healthy: false });
  expect(store.health().detail).toContain('The disk is full');
  // A change that has nothing to write tells nothing about the disk.
  await store.signIns.update('oauth:default', (current) => current);
  expect(store.health().persisted).toBe(false);
  limitPages('unlimited');
  await sameWithLongToken(100_000);
  expect(await version()).toBe(6);
  expect(store.health()).toMatchObject({ persisted: true, healthy: true });
});

test('F30: documents, keys and SQL refuse the same way and change nothing', async () => {
  store.documents.update('settings', () => ({ theme: 'dark' }));
  limitPages('none');
  const long = 'x'.repeat(100_000);
  const full = expect.objectContaining({ code: 'storage_full' });
  expect(() => store.documents.update('settings', () => ({ long }))).toThrow(full);
  expect(() => store.sql.run("INSERT INTO timeline (at_ms, type, text) VALUES (1, 'x', ?)", long)).toThrow(
    full,
  );
  await expect(store.apiKeys.write('api_key:default', new Secret(long))).rejects.toEqual(full);
  expect(store.documents.read('settings')).toEqual({ theme: 'dark' });
  expect(store.apiKeys.ids()).toEqual([]);
  // An explicit write that failed left nothing in memory: only that it failed is said.
  expect(store.health()).toMatchObject({ persisted: true, healthy: false });
});

test('F30: a database that cannot be written is said, whatever was to be written, until a change is', () => {
  store.documents.update('settings', () => ({ theme: 'dark' }));
  limitPages('none');
  const long = 'x'.repeat(100_000);
  expect(() => store.documents.update('settings', () => ({ long }))).toThrow();
  expect(store.health()).toMatchObject({ persisted: true, healthy: false });
  expect(store.health().detail).toContain('The disk is full');
  // A transaction that changes nothing tells nothing about the disk.
  store.documents.update('settings', (current) => current);
  expect(store.health().healthy).toBe(false);
  limitPages('unlimited');
  store.documents.update('settings', () => ({ long }));
  expect(store.health()).toMatchObject({ persisted: true, healthy: true });
});

test('F30: so does a store in memory: settings and receipts are on the disk all the same', async () => {
  const memory = await openTestStore(join(directory.path, 'memory'), { kind: 'memory' });
  expect(memory.health().healthy).toBe(true);
  memory.sql.all('PRAGMA query_only = ON');
  memory.beginSession();
  expect(memory.health()).toMatchObject({ kind: 'memory', healthy: false });
  expect(memory.health().detail).toContain('cannot be written');
  memory.sql.all('PRAGMA query_only = OFF');
  memory.documents.update('settings', () => ({ theme: 'dark' }));
  expect(memory.health().healthy).toBe(true);
  await memory.close();
});

test('F28: a write that reads back different is refused and the old record stays', async () => {
  meddle(`CREATE TRIGGER lie AFTER UPDATE ON sealed_records BEGIN
    UPDATE sealed_records SET ciphertext = zeroblob(64) WHERE number = new.number; END`);
  await expect(sameWithLongToken(10)).rejects.toMatchObject({
    code: 'storage_full',
    detail: expect.stringContaining('reads back different'),
  });
  expect(store.health()).toMatchObject({ persisted: false, healthy: false });
  expect(await version()).toBe(5);
  meddle('DROP TRIGGER lie');
  await sameWithLongToken(10);
  expect(store.health()).toMatchObject({ persisted: true, healthy: true });
});

test('F28: a write that another process holds up is done when it lets go, without blocking this one', async () => {
  const other = new DatabaseSync(join(directory.path, 'postern.db'));
  other.exec('BEGIN IMMEDIATE');
  const update = sameWithLongToken(10);
  // The timers of this process go on while the update waits.
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(await version()).toBe(5);
  other.exec('COMMIT');
  await update;
  expect(await version()).toBe(6);
  other.close();
});

test('F32: a writer that never lets go is given up on, the old record whole', async () => {
  const other = new DatabaseSync(join(directory.path, 'postern.db'));
  other.exec('BEGIN IMMEDIATE');
  expect(() => store.documents.update('settings', () => ({}))).toThrow(
    expect.objectContaining({ code: 'storage_full', detail: expect.stringContaining('Another process') }),
  );
  expect(await version()).toBe(5);
  other.close();
});

test.each([
  ['bits', "UPDATE sealed_records SET ciphertext = zeroblob(200) WHERE name = 'sign_in'"],
  ['length', "UPDATE sealed_records SET ciphertext = x'', nonce = x'' WHERE name = 'sign_in'"],
  ['format', "UPDATE sealed_records SET format = 9 WHERE name = 'sign_in'"],
  ['key', "UPDATE sealed_records SET key_id = 'another' WHERE name = 'sign_in'"],
])(
  'F29: a record with other %s than were sealed is set aside, kept, and counts as absent',
  async (_, harm) => {
    await store.apiKeys.write('api_key:default', new Secret('kept'));
    meddle(harm);
    expect(await store.signIns.read('oauth:default')).toMatchObject({ status: 'absent', version: 0 });
    expect(store.sql.all('SELECT name, record_id, reason FROM set_aside')).toEqual([
      { name: 'sign_in', record_id: 'oauth:default', reason: 'unreadable' },
    ]);
    expect(log.join()).toContain('set aside');
    expect(store.health().detail).toContain('sign-in could not be read');
    expect((await store.apiKeys.read('api_key:default'))?.reveal()).toBe('kept');
  },
);

test('F29: a record moved to another credential’s place does not open there', async () => {
  meddle("UPDATE sealed_records SET record_id = 'oauth:other' WHERE name = 'sign_in'");
  expect((await store.signIns.read('oauth:other')).status).toBe('absent');
});

test('F29: an update over a damaged record sets it aside and begins anew', async () => {
  meddle("UPDATE sealed_records SET ciphertext = zeroblob(200) WHERE name = 'sign_in'");
  await store.signIns.update('oauth:default', (current) => canarySignIn(current.version + 1));
  expect(await version()).toBe(1);
  expect(store.sql.all('SELECT record_id FROM set_aside')).toHaveLength(1);
});

test('F29: a damaged pending sign-in counts as not there, a damaged document as empty', async () => {
  store.documents.update('settings', () => ({ theme: 'dark' }));
  await store.pendingSignIn.write(canaryPending());
  meddle("UPDATE documents SET json = '{'; UPDATE sealed_records SET nonce = zeroblob(12)");
  expect(await store.pendingSignIn.read()).toBeNull();
  expect(store.documents.read('settings')).toEqual({});
  expect(store.documents.read('settings')).toEqual({});
  expect(store.documents.update('settings', (current) => ({ was: current }))).toEqual({ was: {} });
  expect(store.sql.all('SELECT name, record_id, json FROM set_aside')).toEqual([
    { name: 'pending_sign_in', record_id: 'one', json: null },
    { name: 'document', record_id: 'settings', json: '{' },
  ]);
});

test('a transaction is whole or nothing, and one inside another joins it', () => {
  const insert = (text: string): void => {
    store.sql.run("INSERT INTO timeline (at_ms, type, text) VALUES (1, 'x', ?)", text);
  };
  expect(() =>
    store.sql.transaction(() => {
      insert('one');
      store.documents.update('settings', () => ({}));
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(store.sql.all('SELECT text FROM timeline')).toEqual([]);
  expect(store.documents.read('settings')).toBeNull();
  store.sql.transaction(() => {
    insert('one');
    store.documents.update('settings', () => ({}));
  });
  expect(store.sql.all('SELECT text FROM timeline')).toEqual([{ text: 'one' }]);
});

test('an update or a removal begun inside a transaction does not become part of it', async () => {
  await store.apiKeys.write('api_key:default', new Secret('key'));
  let begun: Promise<unknown> = Promise.resolve();
  expect(() =>
    store.sql.transaction(() => {
      begun = Promise.all([sameWithLongToken(10), store.apiKeys.write('api_key:default', null)]);
      throw new Error('no');
    }),
  ).toThrow('no');
  await begun;
  expect(await version()).toBe(6);
  expect(store.apiKeys.ids()).toEqual([]);
});

test('a mistake in a statement stays the mistake it is', () => {
  expect(() => store.sql.run('INSERT INTO nowhere VALUES (1)')).toThrow('no such table');
  expect(store.sql.run("INSERT INTO timeline (at_ms, type, text) VALUES (1, 'x', 'y')")).toEqual({
    changes: 1,
    lastId: 1,
  });
});

test('the database syncs every commit and erases what is deleted', () => {
  const pragma = (name: string): unknown => store.sql.all(`PRAGMA ${name}`)[0]?.[name];
  expect([pragma('journal_mode'), pragma('synchronous'), pragma('secure_delete')]).toEqual(['wal', 2, 1]);
});
