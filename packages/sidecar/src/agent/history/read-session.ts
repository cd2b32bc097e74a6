import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { GapReason, SentFile } from '@postern/contract';
import type { HistoryLine, HistoryRow, HistoryRows } from './history-rows.ts';
import { SessionChain } from './session-chain.ts';
import type { SessionEntries } from './session-entries.ts';
import type { SessionEntry } from './session-entry.ts';
import { type SessionLine, sessionLines } from './session-lines.ts';
import { rowsOf } from './spoken-text.ts';
import { titleOf } from './title-of.ts';

/** Bytes before the place where reading goes on, that distinguish a replaced file from one that grew. */
const markedBytes = 512;

/** A session file as it is on disk. */
export interface SessionFile {
  readonly home: string;
  readonly id: string;
  /** Absolute. */
  readonly configDir: string;
  /** Relative to `configDir`. */
  readonly file: string;
}

/**
 * Brings the row of a conversation up to date with its file and gives it: nothing is read where nothing changed, and what was added where it
 * grew. A replaced file is read again, under another number. `breathe` is awaited between pieces of a few milliseconds' work; what it throws
 * ends the reading, which goes on from there the next time.
 * @throws Error of the file system, `ENOENT` where the file has gone
 */
export async function readSession(
  { rows, entries }: { readonly rows: HistoryRows; readonly entries: SessionEntries },
  { home, id, configDir, file }: SessionFile,
  breathe: () => Promise<void>,
): Promise<HistoryRow | null> {
  const path = join(configDir, file);
  const handle = await open(path, 'r');
  try {
    const status = await handle.stat({ bigint: true });
    const inode = String(status.ino);
    const stamp = stampOf(status);
    const known = rows.find(home, id);
    if (known?.stamp === stamp && known.file === file) return known;
    const size = Number(status.size);
    const changedAtMs = Number(status.mtimeMs);
    let row = known === null || (await continues(known, inode, size, handle)) ? known : null;
    if (row === null) {
      if (known !== null) rows.markGone(known.number);
      const listed = known !== null;
      rows.outline({ home, id, file, workspace: null, title: null, updatedAtMs: changedAtMs, listed });
      row = rows.find(home, id);
    }
    if (row === null) return null;
    const chain = new SessionChain(handle, breathe);
    const { generation } = rows.database;
    const begun = generation();
    for await (const lines of sessionLines(handle, row.readBytes, size)) {
      const read = await Promise.all(lines.map((line) => entries.of(path, line)));
      const said: ReadLine[] = [];
      for (const [index, line] of lines.entries()) {
        const entry = read[index] ?? null;
        said.push({ line, entry, isBroken: entry !== 'damaged' && (await chain.isBroken(line)) });
      }
      const next = await takeIn(rows, row, said, handle);
      // Recreated meanwhile: the next look finds nothing and reads it all.
      if (next === null || generation() !== begun) return null;
      row = next;
      await breathe();
    }
    if (generation() !== begun) return null;
    rows.settle(row.number, file, inode, stamp);
    return rows.byNumber(row.number);
  } finally {
    await handle.close();
  }
}

/** Names of a prompt's files, for the search. */
function namesOf(attachments: readonly SentFile[] = []): readonly string[] {
  return attachments.flatMap(({ path }) => (path === null ? [] : basename(path)));
}

/** What tells one state of a file from another. */
export function stampOf(status: {
  readonly ino: bigint;
  readonly size: bigint;
  readonly mtimeNs: bigint;
}): string {
  return `${status.ino}:${status.size}:${status.mtimeNs}`;
}

async function continues(
  { inode: before, readBytes, mark }: HistoryRow,
  inode: string,
  size: number,
  handle: FileHandle,
): Promise<boolean> {
  if (readBytes === 0) return true;
  if ((before !== null && before !== inode) || size < readBytes) return false;
  return mark === (await markAt(handle, readBytes));
}

async function markAt(handle: FileHandle, end: number): Promise<string> {
  const from = Math.max(0, end - markedBytes);
  const buffer = Buffer.alloc(end - from);
  await handle.read(buffer, 0, buffer.length, from);
  return createHash('sha256').update(buffer).digest('base64url').slice(0, 16);
}

interface ReadLine {
  readonly line: SessionLine;
  readonly entry: SessionEntry | 'damaged' | null;
  /** The line that it follows is missing. */
  readonly isBroken: boolean;
}

/** Takes one piece into the index, all of it or nothing. Null if the row no longer exists. */
async function takeIn(
  rows: HistoryRows,
  row: HistoryRow,
  lines: readonly ReadLine[],
  handle: FileHandle,
): Promise<HistoryRow | null> {
  const { number } = row;
  let { items, messages, damagedLines, lastPrompt, isUnfinished, readBytes } = row;
  let title: string | null = null;
  let customTitle: string | null = null;
  let workspace: string | null = null;
  let updatedAtMs: number | null = null;
  const shown: HistoryLine[] = [];
  const said: string[] = [];
  let endsWithGap = rows.endsWithGap(number);
  // What is damaged or missing side by side is one gap.
  const miss = (gap: GapReason, offset: number): void => {
    if (!endsWithGap) shown.push({ item: items++, offset, bytes: 0, gap });
    endsWithGap = true;
  };
  for (const { line, entry, isBroken } of lines) {
    const { offset, bytes, ended } = line;
    if (!ended && entry === 'damaged') break;
    readBytes = offset + bytes + (ended ? 1 : 0);
    if (entry === 'damaged') {
      damagedLines += 1;
      miss('damaged', offset);
    } else if (isBroken) miss('missing', offset);
    if (entry === null || entry === 'damaged') continue;
    if (entry.type === 'title') {
      customTitle = entry.title;
      continue;
    }
    if (entry.type === 'end') {
      isUnfinished = false;
      continue;
    }
    const isRepeated = entry.prompt !== null && entry.prompt === lastPrompt;
    lastPrompt = entry.prompt ?? lastPrompt;
    if (isRepeated) continue;
    if (entry.prompt !== null && isUnfinished) miss('unfinished', offset);
    if (entry.prompt !== null || entry.ends) isUnfinished = !entry.ends;
    shown.push({ item: items, offset, bytes, gap: null });
    endsWithGap = false;
    items += entry.items.length;
    messages += 1;
    // It goes on where it was last.
    workspace = entry.workspace ?? workspace;
    updatedAtMs = entry.atMs ?? updatedAtMs;
    for (const item of entry.items) {
      if (item.type !== 'user' && item.type !== 'assistant_text') continue;
      said.push(item.text, ...(item.type === 'user' ? namesOf(item.attachments) : []));
      if (item.type === 'user' && row.title === '') title ??= titleOf(item.text);
    }
  }
  const mark = await markAt(handle, readBytes);
  return rows.database.transaction(() => {
    const current = rows.byNumber(number);
    if (current === null || current.readBytes !== row.readBytes) return null;
    rows.addLines(number, shown);
    rows.addSaid(number, rowsOf(said));
    if (customTitle !== null) rows.setTitle(number, customTitle);
    rows.update(
      number,
      { readBytes, mark, items, messages, damagedLines, lastPrompt, isUnfinished },
      { title, workspace, updatedAtMs },
    );
    return rows.byNumber(number);
  });
}
