import type { FileHandle } from 'node:fs/promises';
import { BoundedThread } from '../../threads/index.ts';
import { entryOfText, type SessionEntry, sessionEntry } from './session-entry.ts';
import { largeLine, type SessionLine } from './session-lines.ts';

/** Where a line stands. */
export interface LinePlace {
  /** Of the session file, absolute. */
  readonly path: string;
  /** In bytes. */
  readonly offset: number;
  readonly bytes: number;
}

/** A longer line is passed over, so that no file can fill the memory. */
const longestLine = 64 * 1024 * 1024;
/** The bundle lays the thread's file beside its own, as JavaScript. */
const threadFile = new URL(
  import.meta.url.endsWith('.ts') ? './large-line.worker.ts' : './large-line.worker.js',
  import.meta.url,
);

/** What lines of session files say. A large one, which holds an attachment mostly, is read in a thread of its own. */
export class SessionEntries {
  // Bytes, text and objects of one line of 64 MiB.
  readonly #thread = new BoundedThread<LinePlace, string>(threadFile, {
    taskMs: 10_000,
    idleMs: 10_000,
    mostWaiting: 256,
    maxOldGenerationSizeMb: 512,
  });

  /** Of a line that `sessionLines` gave: as `sessionEntry`; `damaged` where it takes too long twice. Never rejects. */
  async of(path: string, { offset, bytes, text }: SessionLine): Promise<SessionEntry | 'damaged' | null> {
    if (text !== null) return text.length === 0 ? null : sessionEntry(text);
    return await this.#ofLarge({ path, offset, bytes }, false);
  }

  /** Of a line whose place is known, for a screen. @throws Error of the file system */
  async at(
    handle: Pick<FileHandle, 'read'>,
    { path, offset, bytes }: LinePlace,
  ): Promise<SessionEntry | 'damaged' | null> {
    if (bytes > largeLine) return await this.#ofLarge({ path, offset, bytes }, true);
    const text = Buffer.alloc(bytes);
    await handle.read(text, 0, bytes, offset);
    return sessionEntry(text, { isShown: true });
  }

  /** Ends the thread. */
  close(): Promise<void> {
    return this.#thread.close();
  }

  async #ofLarge(place: LinePlace, isShown: boolean): Promise<SessionEntry | 'damaged' | null> {
    if (place.bytes > longestLine) return 'damaged';
    // Twice: what is taken for damaged once is not read again, and a busy machine may let one time pass.
    const shown = (await this.#thread.run(place)) ?? (await this.#thread.run(place));
    return shown === null ? 'damaged' : entryOfText(shown, { isShown });
  }
}
