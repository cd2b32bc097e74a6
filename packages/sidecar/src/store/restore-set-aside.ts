import { z } from 'zod';
import type { Database } from './database.ts';
import { readKeyRow } from './key-row.ts';
import { seal, unseal } from './seal.ts';
import type { SealingKey } from './sealing-key.ts';

const rowSchema = z.object({
  number: z.number(),
  name: z.string(),
  record_id: z.string(),
  format: z.number(),
  nonce: z.instanceof(Uint8Array),
  ciphertext: z.instanceof(Uint8Array),
});

/** The ids of keys that were missing when their records were set aside. */
export function setAsideKeyIds(database: Database): readonly string[] {
  const rows = database.now(() =>
    database.statement("SELECT DISTINCT key_id FROM set_aside WHERE reason = 'key lost'").all(),
  );
  return rows.map((row) => String(row['key_id']));
}

/**
 * Puts back what was set aside when `found` was missing, sealed under the key of now. A record that was made again meanwhile stays as it is, and so
 * does what the key does not open. Gives how many came back. @throws StoreError `storage_full`
 */
export async function restoreSetAside(
  database: Database,
  found: SealingKey,
  current: SealingKey,
): Promise<number> {
  return await database.write(() => {
    if (readKeyRow(database)?.id !== current.id) return 0;
    const rows = database
      .statement(
        `SELECT number, name, record_id, format, nonce, ciphertext FROM set_aside
         WHERE reason = 'key lost' AND key_id = ? ORDER BY number`,
      )
      .all(found.id);
    let count = 0;
    for (const row of rows.map((each) => rowSchema.parse(each))) {
      const context = { name: row.name, id: row.record_id, format: row.format };
      const text = textOf(found, row, context);
      if (text === null) continue;
      const { nonce, ciphertext } = seal(current.key, text, context);
      const { changes } = database
        .statement(
          `INSERT INTO sealed_records (name, record_id, format, key_id, nonce, ciphertext) VALUES (?, ?, ?, ?, ?, ?)
           ON CONFLICT (name, record_id) DO NOTHING`,
        )
        .run(row.name, row.record_id, row.format, current.id, nonce, ciphertext);
      if (Number(changes) === 0) continue;
      database.statement('DELETE FROM set_aside WHERE number = ?').run(row.number);
      count += 1;
    }
    return count;
  });
}

function textOf(
  key: SealingKey,
  row: z.infer<typeof rowSchema>,
  context: Parameters<typeof unseal>[2],
): string | null {
  try {
    return unseal(key.key, row, context);
  } catch {
    return null;
  }
}
