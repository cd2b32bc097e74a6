import type { Clock } from '../credentials/index.ts';
import type { Database } from './database.ts';
import type { Documents } from './store.ts';

export interface DocumentsDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

/** JSON documents by name, one row each, replaced whole. */
export function createDocuments({ database, clock, log }: DocumentsDeps): Documents {
  function stored(name: string): { readonly value: unknown; readonly damaged: boolean } {
    const row = database.statement('SELECT json FROM documents WHERE name = ?').get(name);
    if (row === undefined) return { value: null, damaged: false };
    try {
      return { value: JSON.parse(String(row['json'])) as unknown, damaged: false };
    } catch {
      return { value: null, damaged: true };
    }
  }

  function setAside(name: string): void {
    database
      .statement(
        `INSERT INTO set_aside (name, record_id, at_ms, reason, json)
         SELECT 'document', name, ?, 'no JSON', json FROM documents WHERE name = ?`,
      )
      .run(clock(), name);
    database.statement('DELETE FROM documents WHERE name = ?').run(name);
    log(`the document ${name} could not be read; it was set aside and counts as empty`);
  }

  return {
    read(name) {
      const { value, damaged } = database.now(() => stored(name));
      if (damaged)
        database.writeNow(() => {
          if (stored(name).damaged) setAside(name);
        });
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
