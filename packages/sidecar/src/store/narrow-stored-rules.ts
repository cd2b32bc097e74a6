import type { DatabaseSync } from 'node:sqlite';
import { narrowRules } from '@postern/contract';

/**
 * Makes what an earlier version remembered by a tool's name as narrow as what its question showed, and notes it for the user: in the
 * settings, which the window says once, and in the timeline. A record that cannot be read is left to the settings reader.
 */
export function narrowStoredRules(connection: DatabaseSync): void {
  const row = connection.prepare("SELECT json FROM documents WHERE name = 'settings'").get();
  const settings = objectOf(row?.['json']);
  if (settings === null) return;
  const { rules, narrowed, dropped } = narrowRules(listsOf(settings['alwaysAllow']));
  if (narrowed + dropped === 0) return;
  const json = JSON.stringify({ ...settings, alwaysAllow: rules, narrowedRules: { narrowed, dropped } });
  connection.prepare("UPDATE documents SET json = ? WHERE name = 'settings'").run(json);
  const text = `Remembered permissions were made narrower: ${narrowed} now hold for the files of their folder only, ${dropped} are asked for again.`;
  connection
    .prepare(
      "INSERT INTO timeline (at_ms, type, kind, code, text) VALUES (?, 'permissions_narrowed', NULL, NULL, ?)",
    )
    .run(Date.now(), text);
}

function objectOf(json: unknown): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(String(json));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

/** Lists of names by workspace; anything else in the record allowed nothing, and goes on allowing nothing. */
function listsOf(value: unknown): Record<string, string[]> {
  if (typeof value !== 'object' || value === null) return {};
  const lists = Object.entries(value).filter((entry): entry is [string, unknown[]] =>
    Array.isArray(entry[1]),
  );
  return Object.fromEntries(
    lists.map(([workspace, names]) => [workspace, names.filter((name) => typeof name === 'string')]),
  );
}
