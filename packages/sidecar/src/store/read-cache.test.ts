import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished } from 'vitest';
import { openTestStore, temporaryDirectory } from '../../test/support/store/harness.ts';
import { createDatabase } from './database.ts';
import { createReadCache } from './read-cache.ts';

function open() {
  const directory = temporaryDirectory();
  onTestFinished(() => directory.remove());
  const path = `${directory.path}/test.db`;
  const connect = () => {
    const connection = new DatabaseSync(path);
    connection.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE IF NOT EXISTS words (word)',
    );
    const database = createDatabase(connection);
    onTestFinished(() => database.close());
    let reads = 0;
    const cache = createReadCache(database);
    return {
      ...{ connection, database },
      add: (word: string) => database.statement('INSERT INTO words VALUES (?)').run(word),
      words: () =>
        cache.get('words', () => {
          reads += 1;
          return database
            .statement('SELECT word FROM words')
            .all()
            .map((row) => row['word']);
        }),
      reads: () => reads,
    };
  };
  return [connect(), connect()] as const;
}

it('reads once what does not change, and again after every change of this process', async () => {
  const [one] = open();
  expect([one.words(), one.words(), one.reads()]).toEqual([[], [], 1]);
  one.database.now(() => one.add('a'));
  expect(one.words()).toEqual(['a']);
  one.database.writeNow(() => one.add('b'));
  expect(one.words()).toEqual(['a', 'b']);
  await one.database.write(() => one.add('c'));
  expect(one.words()).toEqual(['a', 'b', 'c']);
  expect([one.words(), one.reads()]).toEqual([['a', 'b', 'c'], 4]);
});

it('reads again after a change of another connection, whichever way it was made', () => {
  const [one, other] = open();
  expect(one.words()).toEqual([]);
  other.database.writeNow(() => other.add('a'));
  expect(one.words()).toEqual(['a']);
  other.database.writeQuickly(() => other.add('b'));
  expect(one.words()).toEqual(['a', 'b']);
});

it('asks the file once in a turn of the event loop, and again where something was waited for in it', async () => {
  const [one, other] = open();
  // As another process writes: without a word to this one.
  const add = (word: string) => other.connection.prepare('INSERT INTO words VALUES (?)').run(word);
  expect(one.words()).toEqual([]);
  add('a');
  expect(one.words()).toEqual([]);
  await new Promise(setImmediate);
  expect(one.words()).toEqual(['a']);
  add('b');
  one.database.lookAgain();
  expect(one.words()).toEqual(['a', 'b']);
});

it('keeps nothing that was read within a transaction, which may be taken back', () => {
  const [one] = open();
  one.words();
  const within = (): void => {
    one.add('a');
    expect(one.words()).toEqual(['a']);
    throw new Error('taken back');
  };
  expect(() => one.database.writeNow(within)).toThrow('taken back');
  expect(one.words()).toEqual([]);
  // A write that joins a quick one counts as one of its own.
  one.database.writeQuickly(() => one.database.writeNow(() => one.add('b')));
  expect(one.words()).toEqual(['b']);
});

it('hands every reader of a document the same value, which none of them can change', async () => {
  const directory = temporaryDirectory();
  onTestFinished(() => directory.remove());
  const store = await openTestStore(directory.path, { kind: 'passphrase_file', log: () => undefined });
  onTestFinished(() => store.close());
  store.documents.update('settings', () => ({ list: [1] }));
  const value = store.documents.read('settings') as { list: number[] };
  expect(store.documents.read('settings')).toBe(value);
  expect(() => value.list.push(2)).toThrow(TypeError);
  store.documents.update('settings', () => ({ list: [3] }));
  expect(store.documents.read('settings')).toEqual({ list: [3] });
});

it('after a quick write, every other one waits for the disk again', async () => {
  const [one] = open();
  const waitsForDisk = (): boolean =>
    one.connection.prepare('PRAGMA synchronous').get()?.['synchronous'] === 2;
  const quick = (): void => {
    one.database.writeQuickly(() => one.add('quick'));
    expect(waitsForDisk()).toBe(false);
  };
  quick();
  one.database.look(() => one.words());
  expect(waitsForDisk()).toBe(false);
  one.database.now(() => one.add('a'));
  expect(waitsForDisk()).toBe(true);
  quick();
  one.database.writeNow(() => expect(waitsForDisk()).toBe(true));
  quick();
  await one.database.write(() => expect(waitsForDisk()).toBe(true));
});
