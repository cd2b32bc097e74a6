import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { migrations } from './migrations.ts';

/** What version 3 makes of the document that earlier versions kept. */
function homesAfter(document: string): unknown[] {
  const connection = new DatabaseSync(':memory:');
  connection.exec(migrations[0]?.sql ?? '');
  connection
    .prepare("INSERT INTO documents (name, json) VALUES ('conversation_homes', ?), ('settings', '{}')")
    .run(document);
  connection.exec(migrations.find(({ to }) => to === 3)?.sql ?? '');
  expect(connection.prepare('SELECT name FROM documents').all()).toMatchObject([{ name: 'settings' }]);
  return connection
    .prepare('SELECT * FROM conversation_homes ORDER BY conversation_id')
    .all()
    .map((row) => Object.values(row));
}

it('where conversations live moves from the document to a table', () => {
  expect(homesAfter('{"c1":"claude_code:default","c2":"claude_code:work","c3":7}')).toEqual([
    ['c1', 'claude_code:default'],
    ['c2', 'claude_code:work'],
  ]);
});

it.each(['no JSON', '[]', '["a"]', '"c1"', '{}'])('%s counts as no conversation', (document) => {
  expect(homesAfter(document)).toEqual([]);
});
