import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConversationItem } from '@postern/contract';
import type { HistoryRow, HistoryRows } from './history-rows.ts';
import type { SessionEntries } from './session-entries.ts';

/** Items `start` to `end` (not included) of a conversation: only the lines that hold them are read. @throws Error of the file system */
export async function pageItems(
  { rows, entries }: { readonly rows: HistoryRows; readonly entries: SessionEntries },
  row: HistoryRow,
  configDir: string,
  start: number,
  end: number,
): Promise<ConversationItem[]> {
  const lines = rows.lines(row, start, end);
  if (row.file === null || lines.length === 0) return [];
  const items: ConversationItem[] = [];
  const path = join(configDir, row.file);
  const handle = await open(path, 'r');
  try {
    for (const { item, offset, bytes, gap, nextItem } of lines) {
      if (gap !== null) {
        items.push({ type: 'gap', reason: gap });
        continue;
      }
      const entry = await entries.at(handle, { path, offset, bytes });
      if (entry === null || entry === 'damaged' || entry.type !== 'said') continue;
      items.push(...entry.items.slice(Math.max(0, start - item), Math.min(nextItem, end) - item));
    }
    return withCompactionAfterItsCommand(items);
  } finally {
    await handle.close();
  }
}

/** The program writes `/compact` down once it is done. The user typed it before. Source: program 2.1.332, measured. */
function withCompactionAfterItsCommand(items: readonly ConversationItem[]): ConversationItem[] {
  const ordered = [...items];
  for (const [index, item] of items.entries()) {
    const next = items[index + 1];
    const isAsked = item.type === 'compacted' && item.trigger === 'manual';
    if (isAsked && next?.type === 'user' && next.text.startsWith('/compact'))
      ordered.splice(index, 2, next, item);
  }
  return ordered;
}
