import { z } from 'zod';
import type { Database } from './database.ts';

/** Name of the document that remembers it. */
const name = 'unfinished_sealing_key';
const schema = z.object({ id: z.string() });

/** The id of a key whose entry was begun in the keychain and that seals nothing yet; null: none. */
export function readUnfinishedKey(database: Database): string | null {
  const row = database.now(() => database.statement('SELECT json FROM documents WHERE name = ?').get(name));
  if (row === undefined) return null;
  try {
    return schema.parse(JSON.parse(String(row['json']))).id;
  } catch {
    return null;
  }
}

/** Remembers it before the entry is written. @throws StoreError `storage_full` */
export function noteUnfinishedKey(database: Database, id: string): void {
  database.writeNow(() => {
    database
      .statement(
        'INSERT INTO documents (name, json) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET json = excluded.json',
      )
      .run(name, JSON.stringify({ id }));
  });
}

/** It seals something now, or its entries are gone. @throws StoreError `storage_full` */
export function forgetUnfinishedKey(database: Database): void {
  database.writeNow(() => database.statement('DELETE FROM documents WHERE name = ?').run(name));
}
