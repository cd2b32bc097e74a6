import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { canarySignIn, openTestStore, shown, temporaryDirectory } from '../../test/support/store/harness.ts';
import { migrations } from './migrations.ts';
import type { Store } from './store.ts';

let directory: ReturnType<typeof temporaryDirectory>;
let dataDir: string;
let log: string[];
beforeEach(() => {
  directory = temporaryDirectory();
  dataDir = join(directory.path, 'data');
  log = [];
});
afterEach(() => directory.remove());

const newest = migrations.at(-1)?.to ?? 0;
const next = [...migrations, { to: newest + 1, sql: 'ALTER TABLE documents ADD COLUMN note TEXT' }];
const copyOfOld = `postern.db.before-v${newest + 1}`;
const database = (): string => join(dataDir, 'postern.db');

function open(steps = migrations): Promise<Store> {
  return openTestStore(dataDir, {
    kind: 'passphrase_file',
    parts: { migrations: steps },
    log: (line) => log.push(line),
  });
}

async function fill(steps = migrations): Promise<void> {
  const store = await open(steps);
  await store.signIns.update('oauth:default', () => canarySignIn(5));
  store.documents.update('settings', () => ({ theme: 'dark' }));
  await store.close();
}

/** Leaves the files as a killed process would: with a log that was not merged. */
async function fillAndCrash(steps = migrations): Promise<void> {
  const store = await open(steps);
  await store.signIns.update('oauth:default', () => canarySignIn(5));
  const left = join(directory.path, 'left');
  mkdirSync(left);
  execFileSync('cp', ['-R', `${dataDir}/.`, left]);
  await store.close();
  rmSync(dataDir, { recursive: true, maxRetries: 5 });
  execFileSync('cp', ['-R', left, dataDir]);
  execFileSync('chmod', ['700', dataDir]);
}

const bytesOf = (names: readonly string[]): readonly string[] =>
  names.map((name) => readFileSync(join(dataDir, name)).toString('base64'));

test('an older database is migrated, and a copy that opens is kept', async () => {
  await fill();
  const store = await open(next);
  expect(store.sql.all('SELECT note FROM documents')).toEqual([{ note: null }]);
  expect(shown(await store.signIns.read('oauth:default'))).toEqual(shown(canarySignIn(5)));
  await store.close();
  const copy = new DatabaseSync(join(dataDir, copyOfOld), { readOnly: true });
  expect(copy.prepare('PRAGMA user_version').get()).toMatchObject({ user_version: newest });
  expect(copy.prepare('SELECT count(*) AS n FROM sealed_records').get()).toMatchObject({ n: 1 });
  copy.close();
  expect(log.join()).toContain(`version ${newest + 1}`);
});

test('what a crash left of a copy does not pass for one', async () => {
  await fill();
  writeFileSync(join(dataDir, `${copyOfOld}.part`), 'half a copy');
  await (await open(next)).close();
  const copy = new DatabaseSync(join(dataDir, copyOfOld), { readOnly: true });
  expect(copy.prepare('PRAGMA user_version').get()).toMatchObject({ user_version: newest });
  copy.close();
  expect(readdirSync(dataDir)).not.toContain(`${copyOfOld}.part`);
});

test('a migration that fails leaves the old database whole', async () => {
  await fill();
  const broken = [...migrations, { to: newest + 1, sql: 'DROP TABLE documents; CREATE TABLE nonsense (' }];
  await expect(open(broken)).rejects.toThrow();
  const store = await open();
  expect(store.documents.read('settings')).toEqual({ theme: 'dark' });
  await store.close();
});

test('four that open an old database at once all find it migrated', async () => {
  await fill();
  const stores = await Promise.all([1, 2, 3, 4].map(() => open(next)));
  for (const store of stores) expect((await store.signIns.read('oauth:default')).version).toBe(5);
  for (const store of stores) await store.close();
  expect(log.filter((line) => line.includes(`version ${newest + 1}`))).toHaveLength(1);
});

test('F29: a newer database is refused with exit 78 and not one byte of it changes', async () => {
  await fill(next);
  const names = readdirSync(dataDir);
  const before = bytesOf(names);
  await expect(open()).rejects.toMatchObject({ code: 'storage_newer', exitCode: 78 });
  expect(readdirSync(dataDir)).toEqual(names);
  expect(bytesOf(names)).toEqual(before);
});

test('F29: a newer database whose version is only in its log is refused, log and all untouched', async () => {
  await fillAndCrash(next);
  const names = readdirSync(dataDir);
  expect(names).toContain('postern.db-wal');
  const before = bytesOf(names);
  await expect(open()).rejects.toMatchObject({ code: 'storage_newer', exitCode: 78 });
  expect(readdirSync(dataDir)).toEqual(names);
  expect(bytesOf(names)).toEqual(before);
});

test('what a killed process had committed to the log is there', async () => {
  await fillAndCrash();
  const store = await open();
  expect((await store.signIns.read('oauth:default')).version).toBe(5);
  await store.close();
});

const damage: readonly (readonly [string, () => void])[] = [
  ['garbage', () => writeFileSync(database(), 'garbage'.repeat(5_000))],
  ['emptied', () => truncateSync(database(), 0)],
  ['cut off in its header', () => truncateSync(database(), 40)],
  ['cut off in its pages', () => truncateSync(database(), 8_192)],
  [
    'overwritten in the middle',
    () => {
      const bytes = readFileSync(database());
      bytes.fill(0xa5, 4_096);
      writeFileSync(database(), bytes);
    },
  ],
  [
    'gone, with its log left behind',
    () => {
      copyFileSync(database(), `${database()}-wal`);
      rmSync(database());
    },
  ],
];

test.each(damage)(
  'F29: a database that is %s is set aside, kept, and a new one begins signed out',
  async (_, harm) => {
    await fill();
    harm();
    const damaged = readdirSync(dataDir)
      .filter((name) => name.startsWith('postern.db'))
      .map((name) => readFileSync(join(dataDir, name)).toString('base64'));
    const store = await open();
    expect((await store.signIns.read('oauth:default')).status).toBe('absent');
    expect(store.documents.read('settings')).toEqual({});
    await store.signIns.update('oauth:default', () => canarySignIn(1));
    const kept = readdirSync(dataDir).filter((name) => name.startsWith('postern.db.damaged-'));
    expect(kept).toHaveLength(1);
    expect(kept.map((name) => readFileSync(join(dataDir, name)).toString('base64'))).toEqual(damaged);
    const name = kept[0]?.replace(/-wal$/, '') ?? '';
    expect(store.health().detail).toContain(name);
    expect(log.join()).toContain(name);
    await store.close();
    const again = await open();
    expect((await again.signIns.read('oauth:default')).version).toBe(1);
    expect(again.health().detail).not.toContain('could not be read');
    await again.close();
  },
);
