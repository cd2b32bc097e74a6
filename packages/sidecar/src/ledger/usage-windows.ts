import type { UsageNotice, UsageWindow } from '@postern/contract';
import { type Clock, instant } from '../credentials/index.ts';
import type { Sql } from '../store/index.ts';
import { windowPace } from './window-pace.ts';
import { type Reading, recordAfter, recordAfterReset, type WindowRecord } from './window-record.ts';

/** How old a stored reading may get while unchanged ones go on arriving, ms. */
const rewriteAfterMs = 60_000;

/** Plan windows as last seen. Every answer brings them, so an unchanged reading is kept in memory and written once a minute. */
export interface UsageWindows {
  /** Gives the notices that are due because of it: each threshold once for a window, over restarts too. */
  note(reading: Reading): readonly UsageNotice[];
  /** Notices of windows that have reset since an earlier notice, each once. */
  takeResets(): readonly UsageNotice[];
  read(): readonly UsageWindow[];
}

interface Kept {
  readonly record: WindowRecord;
  readonly json: string;
  readonly seenAtMs: number;
  readonly writtenAtMs: number;
}

export function createUsageWindows({
  sql,
  clock,
  attempt,
}: {
  readonly sql: Sql;
  readonly clock: Clock;
  /** Does it, and logs where it cannot be done: a full disk keeps no notice from the user. */
  readonly attempt: (what: string, work: () => unknown) => void;
}): UsageWindows {
  const seen = new Map<string, Kept>();
  for (const row of sql.all('SELECT credential_id, window, json, seen_at_ms FROM usage_windows')) {
    const seenAtMs = Number(row['seen_at_ms']);
    const key = keyOf(String(row['credential_id']), String(row['window']));
    const json = String(row['json']);
    // A damaged one is seen again with the next answer.
    attempt('usage window', () => {
      seen.set(key, { record: JSON.parse(json) as WindowRecord, json, seenAtMs, writtenAtMs: seenAtMs });
    });
  }

  function keep(record: WindowRecord, seenAtMs: number): void {
    const { credentialId, window } = record;
    const key = keyOf(credentialId, window);
    const json = JSON.stringify(record);
    const last = seen.get(key);
    const isStored = last?.json === json && Math.abs(seenAtMs - last.writtenAtMs) < rewriteAfterMs;
    seen.set(key, { record, json, seenAtMs, writtenAtMs: isStored ? last.writtenAtMs : seenAtMs });
    if (isStored) return;
    // Between the beginning of an answer and its first text: the next answer says it again.
    attempt('usage window', () =>
      sql.quickTransaction(() =>
        sql.run(
          `INSERT INTO usage_windows (credential_id, window, json, seen_at_ms) VALUES (?, ?, ?, ?)
           ON CONFLICT (credential_id, window) DO UPDATE SET json = excluded.json, seen_at_ms = excluded.seen_at_ms`,
          credentialId,
          window,
          json,
          seenAtMs,
        ),
      ),
    );
  }

  return {
    note(reading) {
      const nowMs = clock();
      const before = seen.get(keyOf(reading.credentialId, reading.window))?.record ?? null;
      const { record, notices } = recordAfter(before, reading, nowMs);
      keep(record, nowMs);
      return notices;
    },
    takeResets() {
      const nowMs = clock();
      return [...seen.values()].flatMap(({ record, seenAtMs }) => {
        const after = recordAfterReset(record, nowMs);
        if (after === null) return [];
        keep(after.record, seenAtMs);
        return after.notices;
      });
    },
    read() {
      const nowMs = clock();
      return [...seen.values()].map(({ record, seenAtMs }) => {
        const { notified: _, samples = [], ...reading } = record;
        return {
          ...reading,
          seenAt: instant(seenAtMs),
          ageSeconds: Math.max(0, Math.round((nowMs - seenAtMs) / 1000)),
          // What the program of a sign-in of its own says; every other credential's answers pass the gateway.
          source: /^(?:claude_code|console_profile):/.test(reading.credentialId) ? 'program' : 'headers',
          ...windowPace(reading, seenAtMs, samples),
        };
      });
    },
  };
}

function keyOf(credentialId: string, window: string): string {
  return `${credentialId}\n${window}`;
}
