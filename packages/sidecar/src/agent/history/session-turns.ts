import { open } from 'node:fs/promises';
import { sharedPromptId } from '@postern/contract';
import type { SessionEntries } from './session-entries.ts';
import { sessionLines } from './session-lines.ts';

/** From when to when the agent worked on one prompt. Unix ms. */
export interface TurnSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Where a prompt stands in a session. */
export interface PromptPlace {
  /** Of its first sending: the program keeps copies of files under it. */
  readonly messageId: string;
  /** Of every prompt of the session, in order. */
  readonly turns: readonly TurnSpan[];
}

/**
 * Looks a prompt up in a session file. Null where it is not there.
 * @param id of one sending of it, or of the query that sent it
 * @throws Error of the file system
 */
export async function promptPlace(
  path: string,
  id: string,
  entries: SessionEntries,
  breathe: () => Promise<void>,
): Promise<PromptPlace | null> {
  const wanted = sharedPromptId(id);
  if (wanted === null) return null;
  const handle = await open(path, 'r');
  try {
    let messageId: string | null = null;
    const turns: TurnSpan[] = [];
    const { size } = await handle.stat();
    for await (const lines of sessionLines(handle, 0, size)) {
      for (const line of lines) {
        const entry = await entries.of(path, line);
        if (entry === null || entry === 'damaged' || entry.type !== 'said') continue;
        const [first] = entry.items;
        const last = turns.at(-1);
        if (first?.type === 'user' && entry.prompt === wanted) messageId ??= first.promptId ?? null;
        if (entry.atMs === null) continue;
        if (first?.type === 'user') turns.push({ fromMs: entry.atMs, toMs: entry.atMs });
        else if (last !== undefined) turns[turns.length - 1] = { ...last, toMs: entry.atMs };
      }
      await breathe();
    }
    return messageId === null ? null : { messageId, turns };
  } finally {
    await handle.close();
  }
}
