import { z } from 'zod';
import type { Database } from './database.ts';
import type { SealingKey } from './sealing-key.ts';

const keyRowSchema = z.object({
  id: z.string(),
  kind: z.enum(['os_keychain', 'passphrase_file']),
  key_check: z.string(),
  wrapping: z.string().nullable(),
});

/** What the database says about its sealing key: never the key, but with `passphrase_file`, where it is wrapped. */
export interface KeyRow {
  readonly id: string;
  readonly kind: 'os_keychain' | 'passphrase_file';
  readonly check: string;
  readonly wrapping: string | null;
}

/** The row, or null where nothing was ever sealed. */
export function readKeyRow(database: Database): KeyRow | null {
  const row = database.now(() =>
    database.statement('SELECT id, kind, key_check, wrapping FROM sealing_key').get(),
  );
  if (row === undefined) return null;
  const { key_check: check, ...rest } = keyRowSchema.parse(row);
  return { ...rest, check };
}

/** Makes `key` this database's, unless another process was faster; gives the row that holds now. @throws StoreError `storage_full` */
export async function claimKeyRow(database: Database, row: KeyRow, nowMs: number): Promise<KeyRow> {
  return await database.write(() => {
    database
      .statement(
        `INSERT INTO sealing_key (one, id, kind, key_check, wrapping, created_at_ms)
         VALUES (1, ?, ?, ?, ?, ?) ON CONFLICT (one) DO NOTHING`,
      )
      .run(row.id, row.kind, row.check, row.wrapping, nowMs);
    return readKeyRow(database) ?? row;
  });
}

/** Removes the row of a key that sealed nothing that is still there; false, and nothing is changed, where something is. */
export async function dropUnusedKeyRow(database: Database): Promise<boolean> {
  return await database.write(() => {
    if (countSealed(database) > 0) return false;
    database.statement('DELETE FROM sealing_key').run();
    return true;
  });
}

/**
 * The key is gone: what it sealed is set aside, kept in case the key is found again, and the next `claimKeyRow` starts over.
 * Gives how many records that were; 0 where another process has done it.
 */
export async function setAsideSealed(
  database: Database,
  id: string,
  reason: 'key lost' | 'reset',
  nowMs: number,
): Promise<number> {
  return await database.write(() => {
    if (readKeyRow(database)?.id !== id) return 0;
    const { changes } = database
      .statement(
        `INSERT INTO set_aside (name, record_id, at_ms, reason, format, key_id, nonce, ciphertext)
         SELECT name, record_id, ?, ?, format, key_id, nonce, ciphertext FROM sealed_records`,
      )
      .run(nowMs, reason);
    database.statement('DELETE FROM sealed_records').run();
    database.statement('DELETE FROM sealing_key').run();
    return Number(changes);
  });
}

/** How many sealed records there are. */
export function countSealed(database: Database): number {
  const row = database.now(() => database.statement('SELECT count(*) AS sealed FROM sealed_records').get());
  return Number(row?.['sealed'] ?? 0);
}

/** The row to claim for a new key. */
export function keyRowOf(key: SealingKey, kind: KeyRow['kind'], wrapping: string | null): KeyRow {
  return { id: key.id, kind, check: key.check, wrapping };
}
