import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConversationItem } from '@postern/contract';
import type { HistoryRow, HistoryRows } from './history-rows.ts';
import { sessionEntry } from './session-entry.ts';

/** Items `start` to `end` (not included) of a conversation: only the lines that hold them are read. @throws Error of the file system */
export async function pageItems(
  rows: HistoryRows,
  row: HistoryRow,
  configDir: string,
  start: number,
  end: number,
): Promise<ConversationItem[]> {
  const lines = rows.lines(row, start, end);
  if (row.file === null || lines.length === 0) return [];
  const items: ConversationItem[] = [];
  const handle = await open(join(configDir, row.file), 'r');
  try {
    for (const { item, offset, bytes, nextItem } of lines) {
      const text = Buffer.alloc(bytes);
      await handle.read(text, 0, bytes, offset);
      const entry = sessionEntry(text);
      if (entry === null || entry === 'damaged' || entry.type !== 'said') continue;
      items.push(...entry.items.slice(Math.max(0, start - item), Math.min(nextItem, end) - item));
    }
    return items;
  } finally {
    await handle.close();
  }
}
