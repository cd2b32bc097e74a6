import type { DatabaseSync } from 'node:sqlite';
import { narrowStoredRules } from './narrow-stored-rules.ts';

/** One step of the schema: what takes version `to - 1` to `to`. */
export interface Migration {
  readonly to: number;
  readonly sql: string;
  /** What SQL cannot say, after it, in the same transaction; all steps that a database lacks are in one. */
  readonly change?: (connection: DatabaseSync) => void;
}

/**
 * Every version of the schema, oldest first. A step that was released is never edited; a change is a new step. The file's own version is
 * SQLite's `user_version`.
 *
 * `sealed_records` holds secrets, sealed; `set_aside` what could not be read, kept in case it becomes readable. The ledger's tables are
 * created here and written by its own module.
 */
export const migrations: readonly Migration[] = [
  {
    to: 1,
    sql: `
      CREATE TABLE sealing_key (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        id TEXT NOT NULL,
        kind TEXT NOT NULL,
        key_check TEXT NOT NULL,
        wrapping TEXT,
        created_at_ms INTEGER NOT NULL
      ) STRICT;

      CREATE TABLE sealed_records (
        number INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        record_id TEXT NOT NULL,
        format INTEGER NOT NULL,
        key_id TEXT NOT NULL,
        nonce BLOB NOT NULL,
        ciphertext BLOB NOT NULL,
        UNIQUE (name, record_id)
      ) STRICT;

      CREATE TABLE set_aside (
        number INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        record_id TEXT NOT NULL,
        at_ms INTEGER NOT NULL,
        reason TEXT NOT NULL,
        format INTEGER,
        key_id TEXT,
        nonce BLOB,
        ciphertext BLOB,
        json TEXT
      ) STRICT;

      CREATE TABLE documents (name TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT;

      CREATE TABLE receipts (
        id TEXT PRIMARY KEY,
        at_ms INTEGER NOT NULL,
        query_id TEXT,
        conversation_id TEXT,
        json TEXT NOT NULL
      ) STRICT;
      CREATE INDEX receipts_by_time ON receipts (at_ms, id);

      CREATE TABLE receipt_parts (
        receipt_id TEXT NOT NULL,
        at_ms INTEGER NOT NULL,
        credential_id TEXT NOT NULL,
        kind TEXT NOT NULL,
        cost_usd REAL NOT NULL,
        covered INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX receipt_parts_by_time ON receipt_parts (at_ms, credential_id, kind, covered, cost_usd);
      CREATE INDEX receipt_parts_by_receipt ON receipt_parts (receipt_id);

      CREATE TABLE usage_windows (
        credential_id TEXT NOT NULL,
        window TEXT NOT NULL,
        json TEXT NOT NULL,
        seen_at_ms INTEGER NOT NULL,
        PRIMARY KEY (credential_id, window)
      ) STRICT;

      CREATE TABLE timeline (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at_ms INTEGER NOT NULL,
        type TEXT NOT NULL,
        kind TEXT,
        code TEXT,
        text TEXT NOT NULL
      ) STRICT;
      CREATE INDEX timeline_by_time ON timeline (at_ms, id);
    `,
  },
  // Answers that were remembered by a tool's name alone: an earlier version must not read what they are now.
  { to: 2, sql: '', change: narrowStoredRules },
  // A document that was rewritten whole for each conversation, and so kept the last 2,000 only.
  {
    to: 3,
    sql: `
      CREATE TABLE conversation_homes (conversation_id TEXT PRIMARY KEY, credential_id TEXT NOT NULL) STRICT, WITHOUT ROWID;
      INSERT INTO conversation_homes (conversation_id, credential_id)
        SELECT each.key, each.value FROM documents, json_each(
          CASE WHEN NOT json_valid(documents.json) THEN '{}' WHEN json_type(documents.json) <> 'object' THEN '{}' ELSE documents.json END
        ) AS each
        WHERE name = 'conversation_homes' AND each.type = 'text';
      DELETE FROM documents WHERE name = 'conversation_homes';
    `,
  },
  // Every model call is in the ledger before it is sent, and sums are kept by the local day on which they were written.
  {
    to: 4,
    sql: `
      CREATE TABLE model_calls (
        id TEXT PRIMARY KEY,
        query_id TEXT NOT NULL,
        conversation_id TEXT NOT NULL,
        credential_id TEXT NOT NULL,
        kind TEXT NOT NULL,
        payer TEXT NOT NULL,
        reason TEXT NOT NULL,
        workspace TEXT NOT NULL,
        model TEXT,
        day TEXT NOT NULL,
        at_ms INTEGER NOT NULL,
        owner TEXT NOT NULL,
        counted INTEGER NOT NULL,
        state TEXT NOT NULL,
        most_nano INTEGER NOT NULL,
        cost_nano INTEGER NOT NULL,
        usage TEXT
      ) STRICT;
      CREATE INDEX model_calls_by_query ON model_calls (query_id);

      CREATE TABLE spend_totals (
        scope TEXT NOT NULL,
        period TEXT NOT NULL,
        spent_nano INTEGER NOT NULL,
        reserved_nano INTEGER NOT NULL,
        PRIMARY KEY (scope, period)
      ) STRICT, WITHOUT ROWID;

      ALTER TABLE receipts ADD COLUMN day TEXT NOT NULL DEFAULT '';
      UPDATE receipts SET day = coalesce(date(at_ms / 1000, 'unixepoch', 'localtime'), '');
      ALTER TABLE receipt_parts ADD COLUMN day TEXT NOT NULL DEFAULT '';
      UPDATE receipt_parts SET day = coalesce(date(at_ms / 1000, 'unixepoch', 'localtime'), '');
      CREATE INDEX receipt_parts_by_day ON receipt_parts (day, credential_id, kind, covered, cost_usd);

      INSERT INTO spend_totals
        SELECT 'day', day, CAST(round(sum(cost_usd) * 1e9) AS INTEGER), 0 FROM receipt_parts
        WHERE covered = 0 AND cost_usd BETWEEN 0 AND 100000 GROUP BY day;
      INSERT INTO spend_totals
        SELECT 'month', substr(period, 1, 7), sum(spent_nano), 0 FROM spend_totals
        WHERE scope = 'day' GROUP BY substr(period, 1, 7);
    `,
  },
  // A page of a conversation shows who paid for each of its turns.
  {
    to: 5,
    sql: 'CREATE INDEX receipts_by_conversation ON receipts (conversation_id, at_ms, id);',
  },
];
