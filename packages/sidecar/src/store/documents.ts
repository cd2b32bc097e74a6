import type { Clock } from '../credentials/index.ts';
import { StoreError } from '../errors/index.ts';
import type { Database } from './database.ts';
import { createReadCache } from './read-cache.ts';
import type { Documents } from './store.ts';

export interface DocumentsDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

/**
 * What is left of a document that cannot be parsed. Not null: a setting that was lost must not be taken for one that was never made, and
 * that has to outlast a restart.
 */
const lost = {};

/** JSON documents by name, one row each, replaced whole. */
export function createDocuments({ database, clock, log }: DocumentsDeps): Documents {
  const cache = createReadCache(database);

  function stored(name: string): { readonly value: unknown; readonly damaged: boolean } {
    const row = database.statement('SELECT json FROM documents WHERE name = ?').get(name);
    if (row === undefined) return { value: null, damaged: false };
    try {
      const value: unknown = JSON.parse(String(row['json']));
      // Null is what was never written; no module stores it.
      return value === null ? { value: lost, damaged: true } : { value, damaged: false };
    } catch {
      return { value: lost, damaged: true };
    }
  }

  function setAside(name: string): void {
    database
      .statement(
        `INSERT INTO set_aside (name, record_id, at_ms, reason, json)
         SELECT 'document', name, ?, 'no JSON', json FROM documents WHERE name = ?`,
      )
      .run(clock(), name);
    database.statement('UPDATE documents SET json = ? WHERE name = ?').run(JSON.stringify(lost), name);
    log(`the document ${name} could not be read; it was set aside and counts as empty`);
  }

  return {
    read(name) {
      const { value, damaged } = cache.get(name, () => frozen(stored(name)));
      if (!damaged) return value;
      try {
        database.writeNow(() => {
          if (stored(name).damaged) setAside(name);
        });
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        // Found again at the next look; until there is room, what was lost is lost all the same.
        log(`the document ${name} cannot be read, and could not be set aside: ${error.code}`);
      }
      return value;
    },
    update(name, change) {
      return database.writeNow(() => {
        const { value, damaged } = stored(name);
        if (damaged) setAside(name);
        const next = change(value);
        if (next === value) return value;
        database
          .statement(
            `INSERT INTO documents (name, json) VALUES (?, ?)
             ON CONFLICT (name) DO UPDATE SET json = excluded.json`,
          )
          .run(name, JSON.stringify(next));
        return next;
      });
    },
  };
}

/** Every reader is handed the same value. */
function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const member of Object.values(value)) frozen(member);
  return Object.freeze(value);
}
