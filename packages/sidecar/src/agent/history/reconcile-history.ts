import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { HistoryRows } from './history-rows.ts';
import { type SessionFile, stampOf } from './read-session.ts';
import { removeGone } from './remove-gone.ts';
import type { SessionEntries } from './session-entries.ts';
import { outlineOf, projectFolders, sessionsIn } from './session-files.ts';

/** A folder whose conversations are shown. */
export interface HistoryHome {
  /** The credential it belongs to; empty: Postern's own. */
  readonly home: string;
  readonly configDir: string;
  /** Whether a session in it is one of ours. */
  readonly isOurs: (id: string) => boolean;
}

/** A file that the index does not have as it is. */
interface Changed extends SessionFile {
  readonly changedAtMs: number;
  readonly isNew: boolean;
}

/** How it works with what else goes on. */
export interface ReconcileSteps {
  readonly entries: SessionEntries;
  /** Brings one conversation up to date with its file. */
  readonly read: (file: SessionFile) => Promise<unknown>;
  /** Awaited between pieces of a few milliseconds' work. What it throws ends it, with nothing half done. */
  readonly breathe: () => Promise<void>;
  /** Every conversation is listed now, by how it begins. */
  readonly onOutlined: () => void;
  /** A file that could not be read; it is tried again the next time. */
  readonly onUnreadable: (error: unknown) => void;
}

/**
 * Compares the index with the files and brings it up to date: what is missing is listed at once by how it begins, the last used first; then
 * what changed is read to its end, the oldest first, so that what was said later stands later; what no longer exists is removed with
 * its text.
 */
export async function reconcileHistory(
  rows: HistoryRows,
  homes: readonly HistoryHome[],
  { entries, read, breathe, onOutlined, onUnreadable }: ReconcileSteps,
): Promise<void> {
  const changed: Changed[] = [];
  for (const home of homes) changed.push(...(await compare(rows, home, breathe)));
  changed.sort((one, other) => other.changedAtMs - one.changedAtMs);
  for (const each of changed) {
    if (!each.isNew) continue;
    await outline({ rows, entries }, each).catch((error: unknown) => {
      if (!isOfFileSystem(error)) throw error;
    });
    await breathe();
  }
  onOutlined();
  for (const each of changed.reverse()) {
    await breathe();
    await read(each).catch((error: unknown) => {
      if (!isOfFileSystem(error)) throw error;
      onUnreadable(error);
    });
    while (rows.mergeSome()) await breathe();
  }
  // Where nothing is gone, as nearly always, the look ends here: who waits for the list learns that all was read.
  if (rows.removeSome()) await removeGone(rows, breathe);
  while (rows.mergeSome()) await breathe();
}

/** What changed in one folder; what has gone from it is marked. */
async function compare(
  rows: HistoryRows,
  { home, configDir, isOurs }: HistoryHome,
  breathe: () => Promise<void>,
): Promise<Changed[]> {
  const before = rows.numbers(home);
  const present = new Set<number>();
  /** The newest file of each session, and whether it has to be read. */
  const newest = new Map<string, { readonly changedAtMs: number; readonly changed: Changed | null }>();
  for (const folder of await projectFolders(configDir)) {
    for (const { id, file } of await sessionsIn(configDir, folder)) {
      if (!isOurs(id)) continue;
      const status = await stat(join(configDir, file), { bigint: true }).catch(() => null);
      if (status?.isFile() !== true) continue;
      const row = rows.find(home, id);
      if (row !== null) present.add(row.number);
      const changedAtMs = Number(status.mtimeMs);
      if ((newest.get(id)?.changedAtMs ?? 0) > changedAtMs) continue;
      const isKnown = row?.stamp === stampOf(status) && row.file === file;
      const changed = isKnown ? null : { home, id, configDir, file, changedAtMs, isNew: row === null };
      newest.set(id, { changedAtMs, changed });
    }
    await breathe();
  }
  for (const number of before) if (!present.has(number)) rows.markGone(number);
  return [...newest.values()].flatMap(({ changed }) => changed ?? []);
}

async function outline(
  { rows, entries }: { readonly rows: HistoryRows; readonly entries: SessionEntries },
  { home, id, configDir, file, changedAtMs }: Changed,
): Promise<void> {
  const seen = await outlineOf(join(configDir, file), entries);
  if (seen === null) return;
  rows.outline({ home, id, file, ...seen, updatedAtMs: changedAtMs, listed: true });
}

function isOfFileSystem(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}
