import { z } from 'zod';
import type { Clock } from '../credentials/index.ts';
import { StoreError } from '../errors/index.ts';
import type { Codec, RecordName } from './codec.ts';
import type { Database } from './database.ts';
import { readKeyRow } from './key-row.ts';
import { createReadCache } from './read-cache.ts';
import { seal, unseal } from './seal.ts';
import type { SealingKey, SealingKeyStore } from './sealing-key.ts';
import type { StoreHealthTracker } from './store-health.ts';

const rowSchema = z.object({
  record_id: z.string(),
  format: z.number(),
  key_id: z.string(),
  nonce: z.instanceof(Uint8Array),
  ciphertext: z.instanceof(Uint8Array),
});
type Row = z.infer<typeof rowSchema>;

/** How often the key may be found replaced by another process before giving up; once is already rare. */
const mostKeys = 3;

export interface SealedRowsDeps {
  readonly database: Database;
  readonly keys: SealingKeyStore;
  readonly clock: Clock;
  readonly watch: StoreHealthTracker;
  readonly log: (line: string) => void;
}

/** Sealed records of every kind: one row each, replaced whole. A row that cannot be opened is set aside and counts as absent. */
export interface SealedRows {
  /** Oldest first; needs no key. */
  ids(name: RecordName): readonly string[];
  /** @throws StoreError */
  read<T>(codec: Codec<T>, id: string): Promise<T | null>;
  /** Replaces what is stored in one transaction; the same object back writes nothing. What was written is read back. @throws StoreError */
  update<T>(codec: Codec<T>, id: string, change: (current: T | null) => T | null): Promise<T | null>;
  /** Makes it the only record of its name. @throws StoreError */
  replaceAllWith<T>(codec: Codec<T>, id: string, value: T): Promise<void>;
  /** Needs no key. False where it was not there. @throws StoreError `storage_full` */
  remove(name: RecordName, id: string): Promise<boolean>;
}

export function createSealedRows(deps: SealedRowsDeps): SealedRows {
  const { database, keys } = deps;
  const reader = createRowReader();
  const cache = createReadCache(database);
  const found = (name: RecordName, id: string): Row | null =>
    cache.get(`${name} ${id}`, () => find(name, id));

  function find(name: RecordName, id: string): Row | null {
    const row = database
      .statement(
        'SELECT record_id, format, key_id, nonce, ciphertext FROM sealed_records WHERE name = ? AND record_id = ?',
      )
      .get(name, id);
    return row === undefined ? null : rowSchema.parse(row);
  }

  /** Runs `work` in a write transaction under the key that the database names in that very transaction. */
  async function writeUnder<T>(work: (key: SealingKey) => T): Promise<T> {
    for (let count = 0; count < mostKeys; count += 1) {
      const key = await keys.get();
      const outcome = await database.write(() =>
        readKeyRow(database)?.id === key.id ? { result: work(key) } : null,
      );
      if (outcome !== null) return outcome.result;
      keys.forget(key.id);
    }
    throw new StoreError(
      'credential_store_unavailable',
      'The sealing key keeps changing. Start Postern again.',
    );
  }

  function put<T>(codec: Codec<T>, id: string, value: T, key: SealingKey): void {
    const { name, format } = codec;
    const text = codec.toText(value);
    const { nonce, ciphertext } = seal(key.key, text, { name, id, format });
    database
      .statement(
        `INSERT INTO sealed_records (name, record_id, format, key_id, nonce, ciphertext) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (name, record_id) DO UPDATE
         SET format = excluded.format, key_id = excluded.key_id, nonce = excluded.nonce, ciphertext = excluded.ciphertext`,
      )
      .run(name, id, format, key.id, nonce, ciphertext);
    // Read back before the commit: a record that cannot be opened again must not replace one that can.
    const row = find(name, id);
    if (row === null || textOf(codec, row, key) !== text)
      throw new StoreError('storage_full', 'What was written reads back different. The old record is whole.');
  }

  function setAside(name: RecordName, row: Row): void {
    database
      .statement(
        `INSERT INTO set_aside (name, record_id, at_ms, reason, format, key_id, nonce, ciphertext)
         SELECT name, record_id, ?, 'unreadable', format, key_id, nonce, ciphertext
         FROM sealed_records WHERE name = ? AND record_id = ? AND nonce = ?`,
      )
      .run(deps.clock(), name, row.record_id, row.nonce);
    database
      .statement('DELETE FROM sealed_records WHERE name = ? AND record_id = ? AND nonce = ?')
      .run(name, row.record_id, row.nonce);
  }

  function sayDamaged(name: RecordName, id: string): void {
    deps.watch.noteDamaged(`The stored ${words[name]} could not be read and was set aside.`);
    deps.log(`the sealed record ${name} ${id} could not be read; it was set aside and counts as absent`);
  }

  /** Reports to the watch how a write went, and what was damaged on the way. */
  async function watched<T>(name: RecordName, id: string, write: () => Promise<Written<T>>): Promise<T> {
    try {
      const { result, wrote, damaged } = await write();
      if (wrote) deps.watch.noteWritten(`${name} ${id}`);
      if (damaged) sayDamaged(name, id);
      return result;
    } catch (error) {
      if (error instanceof StoreError && error.code === 'storage_full')
        deps.watch.noteWriteFailed(`${name} ${id}`, error.detail, name === 'sign_in');
      throw error;
    }
  }

  return {
    ids(name) {
      return cache.get(name, () =>
        database
          .statement('SELECT record_id FROM sealed_records WHERE name = ? ORDER BY number')
          .all(name)
          .map((row) => String(row['record_id'])),
      );
    },
    async read(codec, id) {
      for (let count = 0; count < mostKeys; count += 1) {
        const before = found(codec.name, id);
        if (before === null) return reader.forget(codec.name, id);
        const isAsked = keys.state() !== 'ready';
        const key = await keys.get();
        // Read again: while the keychain was asked, another process may have written.
        const row = isAsked ? found(codec.name, id) : before;
        if (row === null) return reader.forget(codec.name, id);
        const opened = reader.open(codec, row, key);
        if (opened !== null) return opened.value;
        if (row.key_id !== key.id && database.now(() => readKeyRow(database))?.id !== key.id) {
          keys.forget(key.id);
          continue;
        }
        // Where nothing can be written it stays in its place, and is as absent there.
        await database.write(() => setAside(codec.name, row)).catch(ignoreStoreError);
        sayDamaged(codec.name, id);
        return null;
      }
      throw new StoreError(
        'credential_store_unavailable',
        'The sealing key keeps changing. Start Postern again.',
      );
    },
    update: (codec, id, change) =>
      watched(codec.name, id, () =>
        writeUnder((key) => {
          const row = find(codec.name, id);
          const opened = row === null ? null : open(codec, row, key);
          const damaged = row !== null && opened === null;
          if (damaged) setAside(codec.name, row);
          const current = opened?.value ?? null;
          const result = change(current);
          const wrote = result !== current && result !== null;
          if (wrote) put(codec, id, result, key);
          return { result, wrote, damaged };
        }),
      ),
    replaceAllWith: (codec, id, value) =>
      watched(codec.name, id, () =>
        writeUnder((key) => {
          database
            .statement('DELETE FROM sealed_records WHERE name = ? AND record_id <> ?')
            .run(codec.name, id);
          put(codec, id, value, key);
          return { result: undefined, wrote: true, damaged: false };
        }),
      ),
    remove(name, id) {
      reader.forget(name, id);
      return watched(name, id, () =>
        database.write(() => {
          const { changes } = database
            .statement('DELETE FROM sealed_records WHERE name = ? AND record_id = ?')
            .run(name, id);
          return { result: Number(changes) > 0, wrote: true, damaged: false };
        }),
      );
    },
  };
}

/** How a write went: `wrote` is false where nothing was to be done, `damaged` where an unreadable record stood in its place. */
interface Written<T> {
  readonly result: T;
  readonly wrote: boolean;
  readonly damaged: boolean;
}

const words: { readonly [N in RecordName]: string } = {
  sign_in: 'sign-in',
  pending_sign_in: 'pending sign-in',
  api_key: 'API key',
  mcp_secret: 'secret of an MCP server',
  mcp_sign_in: 'sign-in of an MCP server',
};

function ignoreStoreError(error: unknown): void {
  if (!(error instanceof StoreError)) throw error;
}

/** Opens rows for reading, each once: every call to the service reads its credential, and unsealing would cost most of it. */
function createRowReader() {
  const known = new Map<string, { readonly row: Row; readonly value: unknown }>();
  const placeOf = (name: RecordName, id: string): string => `${name} ${id}`;
  return {
    /** The very same object again where the very same row still stands. */
    open<T>(codec: Codec<T>, row: Row, key: SealingKey): { readonly value: T } | null {
      const place = placeOf(codec.name, row.record_id);
      const earlier = known.get(place);
      if (earlier !== undefined && row.key_id === key.id && sameRow(earlier.row, row))
        return { value: earlier.value as T };
      const opened = open(codec, row, key);
      if (opened === null) known.delete(place);
      else known.set(place, { row, value: opened.value });
      return opened;
    },
    /** It no longer exists, and its secrets need not stay in memory. */
    forget(name: RecordName, id: string): null {
      known.delete(placeOf(name, id));
      return null;
    },
  };
}

function sameRow(one: Row, other: Row): boolean {
  if (one === other) return true;
  return (
    one.format === other.format &&
    one.key_id === other.key_id &&
    Buffer.compare(one.nonce, other.nonce) === 0 &&
    Buffer.compare(one.ciphertext, other.ciphertext) === 0
  );
}

function textOf<T>(codec: Codec<T>, row: Row, key: SealingKey): string | null {
  try {
    return unseal(key.key, row, { name: codec.name, id: row.record_id, format: codec.format });
  } catch {
    return null;
  }
}

function open<T>(codec: Codec<T>, row: Row, key: SealingKey): { readonly value: T } | null {
  const text = row.format === codec.format && row.key_id === key.id ? textOf(codec, row, key) : null;
  if (text === null) return null;
  try {
    return { value: codec.fromText(text) };
  } catch {
    return null;
  }
}
