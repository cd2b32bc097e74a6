import type { UsageWindow } from '@postern/contract';
import { type Clock, instant } from '../credentials/index.ts';
import type { Sql } from '../store/index.ts';
import { windowPace } from './window-pace.ts';

/** How old a stored reading may get while unchanged ones go on arriving, ms. */
const rewriteAfterMs = 60_000;

type Reading = Omit<UsageWindow, 'seenAt' | 'ageSeconds' | 'model' | 'source' | 'pace'>;

/** Plan windows as last seen. Every answer brings them, so an unchanged reading is kept in memory and written once a minute. */
export interface UsageWindows {
  note(reading: Reading): void;
  read(): readonly UsageWindow[];
}

export function createUsageWindows({
  sql,
  clock,
}: {
  readonly sql: Sql;
  readonly clock: Clock;
}): UsageWindows {
  const seen = new Map<
    string,
    { readonly json: string; readonly seenAtMs: number; readonly writtenAtMs: number }
  >();
  for (const row of sql.all('SELECT credential_id, window, json, seen_at_ms FROM usage_windows')) {
    const seenAtMs = Number(row['seen_at_ms']);
    const key = keyOf(String(row['credential_id']), String(row['window']));
    seen.set(key, { json: String(row['json']), seenAtMs, writtenAtMs: seenAtMs });
  }

  return {
    note(reading) {
      const { credentialId, window, utilization, resetsAt, status } = reading;
      const nowMs = clock();
      const key = keyOf(credentialId, window);
      const json = JSON.stringify({ credentialId, window, utilization, resetsAt, status } satisfies Reading);
      const last = seen.get(key);
      const isStored = last?.json === json && Math.abs(nowMs - last.writtenAtMs) < rewriteAfterMs;
      seen.set(key, { json, seenAtMs: nowMs, writtenAtMs: isStored ? last.writtenAtMs : nowMs });
      if (isStored) return;
      sql.run(
        `INSERT INTO usage_windows (credential_id, window, json, seen_at_ms) VALUES (?, ?, ?, ?)
         ON CONFLICT (credential_id, window) DO UPDATE SET json = excluded.json, seen_at_ms = excluded.seen_at_ms`,
        credentialId,
        window,
        json,
        nowMs,
      );
    },
    read() {
      const nowMs = clock();
      return [...seen.values()].map(({ json, seenAtMs }) => {
        const reading = JSON.parse(json) as Reading;
        return {
          ...reading,
          seenAt: instant(seenAtMs),
          ageSeconds: Math.max(0, Math.round((nowMs - seenAtMs) / 1000)),
          // What the program of a sign-in of its own says; every other credential's answers pass the gateway.
          source: /^(?:claude_code|console_profile):/.test(reading.credentialId) ? 'program' : 'headers',
          ...windowPace(reading, seenAtMs),
        };
      });
    },
  };
}

function keyOf(credentialId: string, window: string): string {
  return `${credentialId}\n${window}`;
}
