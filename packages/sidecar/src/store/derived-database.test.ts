import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryDirectory } from '../../test/support/store/harness.ts';
import { type DerivedDatabase, openDerivedDatabase } from './derived-database.ts';

function place(): string {
  const directory = temporaryDirectory();
  onTestFinished(() => directory.remove());
  return join(directory.path, 'index.db');
}

function open(path: string, version = 1, log: string[] = []): DerivedDatabase {
  const schema = 'CREATE TABLE words (word TEXT NOT NULL) STRICT';
  return openDerivedDatabase({ path, version, schema, log: (line) => log.push(line) });
}

const words = (database: DerivedDatabase): unknown[] =>
  database.all('SELECT word FROM words').map(({ word }) => word);

it('keeps what was written, readable by the person alone', () => {
  const path = place();
  const first = open(path);
  first.run('INSERT INTO words VALUES (?)', 'kept');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(`${path}-wal`).mode & 0o777).toBe(0o600);
  first.close();

  const again = open(path);
  expect(words(again)).toEqual(['kept']);
  expect([...again.iterate('SELECT word FROM words')]).toMatchObject([{ word: 'kept' }]);
  again.close();
});

it.each([
  ['of another version', (path: string) => open(path, 2).close()],
  ['no database', (path: string) => writeFileSync(path, 'x'.repeat(5_000))],
])('a file that is %s is thrown away', (_what, spoil) => {
  const path = place();
  spoil(path);
  const database = open(path);
  database.run('INSERT INTO words VALUES (?)', 'new');
  expect(words(database)).toEqual(['new']);
  database.close();
});

it('damage that shows later begins it anew, and what was asked is answered', () => {
  const path = place();
  const before = open(path);
  for (let row = 0; row < 500; row += 1)
    before.run('INSERT INTO words VALUES (?)', `word ${row} `.repeat(50));
  before.close();
  const log: string[] = [];
  const database = open(path, 1, log);
  truncateSync(path, 12_288);

  expect(words(database)).toEqual([]);
  expect(database.generation()).toBe(1);
  expect(log).toHaveLength(1);
  database.close();
});

it('what was removed is not in its log either, once that was emptied', async () => {
  const path = place();
  const database = open(path);
  database.run('INSERT INTO words VALUES (?)', 'marmalade');
  database.run('INSERT INTO words VALUES (?)', 'toast');
  database.run("DELETE FROM words WHERE word = 'marmalade'");
  await database.emptyLog();

  const onDisk = () => [path, `${path}-wal`].map((file) => readFileSync(file, 'latin1')).join('');
  expect(onDisk()).not.toContain('marmalade');
  expect(onDisk()).toContain('toast');
  database.run('INSERT INTO words VALUES (?)', 'butter');
  expect(words(database)).toEqual(['toast', 'butter']);
  database.close();
  await database.emptyLog();
});

it('where no file can be written it lives in memory, and says so', () => {
  const log: string[] = [];
  const database = open(join(place(), 'missing', 'index.db'), 1, log);
  database.run('INSERT INTO words VALUES (?)', 'here');
  expect(words(database)).toEqual(['here']);
  expect(log.join()).toContain('cannot be kept on disk');
  database.close();
});

it('its log goes into the file in a thread, and no write waits for that', async () => {
  const path = place();
  const database = open(path);
  const large = 'word '.repeat(2_000);
  const write = () => {
    for (let row = 0; row < 100; row += 1) database.run('INSERT INTO words VALUES (?)', large);
  };
  // 10 kB each: more than the log may hold at rest.
  for (let count = 0; count < 6; count += 1) write();
  expect(statSync(path).size).toBeLessThan(100_000);
  let batches = 6;
  await expect
    .poll(
      async () => {
        await database.settled();
        // With much more than that SQLite would move it in the midst of a write.
        if (batches < 12) {
          write();
          batches += 1;
        }
        return [statSync(path).size > 5_000_000, statSync(`${path}-wal`).size < 4_300_000];
      },
      { timeout: 9_000 },
    )
    .toEqual([true, true]);
  expect(words(database)).toHaveLength(batches * 100);
  database.close();
});
