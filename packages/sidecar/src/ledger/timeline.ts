import { type CredentialKind, credentialKinds, type Page, type TimelineEntry } from '@postern/contract';
import { type Clock, instant } from '../credentials/index.ts';
import type { Sql } from '../store/index.ts';
import { cursorOf, positionOf } from './page-cursor.ts';
import type { NewTimelineEntry } from './timeline-entry.ts';

const keptEntries = 10_000;

/** Auth events in the order they were noted; the newest 10,000 are kept. */
export interface Timeline {
  add(entry: NewTimelineEntry): void;
  page(options: { readonly limit: number; readonly before: string | null }): Page<TimelineEntry>;
}

export function createTimeline({ sql, clock }: { readonly sql: Sql; readonly clock: Clock }): Timeline {
  return {
    add({ type, kind, code, text }) {
      sql.transaction(() => {
        const { lastId } = sql.run(
          'INSERT INTO timeline (at_ms, type, kind, code, text) VALUES (?, ?, ?, ?, ?)',
          clock(),
          type,
          kind,
          code,
          text,
        );
        sql.run('DELETE FROM timeline WHERE id <= ?', lastId - keptEntries);
      });
    },
    page({ limit, before }) {
      const beforeId = before === null ? Number.MAX_SAFE_INTEGER : Number(positionOf(before).id);
      const rows = sql.all(
        'SELECT id, at_ms, type, kind, code, text FROM timeline WHERE id < ? ORDER BY id DESC LIMIT ?',
        Number.isSafeInteger(beforeId) ? beforeId : 0,
        limit + 1,
      );
      const last = rows.length > limit ? rows[limit - 1] : undefined;
      return {
        items: rows.slice(0, limit).map((row) => ({
          id: String(row['id']),
          at: instant(Number(row['at_ms'])),
          type: String(row['type']),
          kind: kindOf(row['kind']),
          code: row['code'] === null ? null : String(row['code']),
          text: String(row['text']),
        })),
        next: last === undefined ? null : cursorOf({ atMs: Number(last['at_ms']), id: String(last['id']) }),
      };
    },
  };
}

function kindOf(value: unknown): CredentialKind | null {
  return credentialKinds.find((kind) => kind === value) ?? null;
}
