import type { HistoryRows } from './history-rows.ts';

/**
 * Removes the text of every conversation that is gone, so that nothing of it is left on the disk.
 * @param breathe awaited between pieces of a few milliseconds' work
 */
export async function removeGone(rows: HistoryRows, breathe: () => Promise<void>): Promise<void> {
  while (rows.removeSome()) await breathe();
  await rows.database.emptyLog();
}
