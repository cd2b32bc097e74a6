import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { temporaryDirectory } from '../../test/support/store/harness.ts';
import { migrate, versionOf } from './migrate.ts';
import type { Migration } from './migrations.ts';

let directory: ReturnType<typeof temporaryDirectory>;
let path: string;
let connection: DatabaseSync;
beforeEach(() => {
  directory = temporaryDirectory();
  path = join(directory.path, 'postern.db');
  connection = new DatabaseSync(path);
});
afterEach(() => {
  connection.close();
  directory.remove();
});

const steps: readonly Migration[] = [
  { to: 1, sql: "CREATE TABLE notes (text TEXT); INSERT INTO notes VALUES ('first')" },
  { to: 2, sql: 'ALTER TABLE notes ADD COLUMN at INTEGER' },
  { to: 3, sql: '', change: (database) => database.exec("UPDATE notes SET text = 'third'") },
];
const notes = (database: DatabaseSync) => database.prepare('SELECT * FROM notes').all();

it('goes through all steps at once, after one copy of what was there', () => {
  expect(migrate(connection, path, steps.slice(0, 1))).toEqual([1]);
  expect(readdirSync(directory.path)).toEqual(['postern.db']);
  expect(migrate(connection, path, steps)).toEqual([2, 3]);
  expect(notes(connection)).toEqual([{ text: 'third', at: null }]);
  expect(readdirSync(directory.path)).toEqual(['postern.db', 'postern.db.before-v2']);
  const copy = new DatabaseSync(`${path}.before-v2`, { readOnly: true });
  expect([versionOf(copy), notes(copy)]).toEqual([1, [{ text: 'first' }]]);
  copy.close();
  expect(migrate(connection, path, steps)).toEqual([]);
});

it('leaves nothing of the steps before one that fails', () => {
  migrate(connection, path, steps.slice(0, 1));
  const broken = [...steps, { to: 4, sql: 'CREATE TABLE nonsense (' }];
  expect(() => migrate(connection, path, broken)).toThrow();
  expect([versionOf(connection), notes(connection)]).toEqual([1, [{ text: 'first' }]]);
  expect(migrate(connection, path, steps)).toEqual([2, 3]);
});
