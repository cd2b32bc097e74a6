import type { FileHandle } from 'node:fs/promises';
import type { SessionLine } from './session-lines.ts';

/** Of a line's beginning: the program writes the parent first. Source: program 2.1.332, measured. */
const headBytes = 256;
/** A parent stands a few lines before its child mostly; any other is looked for in the file. */
const mostRecent = 256;
const chunkBytes = 64 * 1024;
/** As long as a uuid may be, its quotes and its key included. */
const overlapBytes = 192;
/** Bytes that may be looked through in one reading, and for one parent after that, so that no file of gaps takes its square in time. */
const budgetBytes = 1024 * 1024 * 1024;
const leastBytes = 1024 * 1024;

/**
 * Whether the lines of a session file follow one another: each names the one before it as its parent, whether it is shown or not. Only the
 * last few are remembered; one chain is for one reading.
 */
export class SessionChain {
  readonly #handle: Pick<FileHandle, 'read'>;
  readonly #breathe: () => Promise<void>;
  readonly #recent = new Set<string>();
  #budget = budgetBytes;

  /** `breathe` is awaited between pieces of a few milliseconds' work. */
  constructor(handle: Pick<FileHandle, 'read'>, breathe: () => Promise<void>) {
    this.#handle = handle;
    this.#breathe = breathe;
  }

  /** Whether the line that this one follows is missing: said of the first of several that follow it. @throws Error of the file system */
  async isBroken({ offset, bytes, text }: SessionLine): Promise<boolean> {
    const head = (text ?? (await this.#read(offset, Math.min(bytes, headBytes))))
      .subarray(0, headBytes)
      .toString('latin1');
    const parent = /"isSidechain"\s*:\s*true/.test(head)
      ? undefined
      : /"parentUuid"\s*:\s*"([\w-]{1,64})"/.exec(head)?.[1];
    const isBroken =
      parent !== undefined && !this.#recent.has(parent) && !(await this.#isBefore(parent, offset));
    if (parent !== undefined) this.#remember(parent);
    if (text !== null) this.#remember(uuidOf(text));
    return isBroken;
  }

  #remember(uuid: string | null): void {
    if (uuid === null) return;
    this.#recent.delete(uuid);
    this.#recent.add(uuid);
    if (this.#recent.size <= mostRecent) return;
    for (const oldest of this.#recent) {
      this.#recent.delete(oldest);
      return;
    }
  }

  /** Looks through the file backwards from `end`. */
  async #isBefore(uuid: string, end: number): Promise<boolean> {
    const stop = Math.max(0, end - Math.max(this.#budget, leastBytes));
    for (let to = end; to > stop; ) {
      const from = Math.max(stop, to - chunkBytes);
      const chunk = await this.#read(from, Math.min(end, to + overlapBytes) - from);
      this.#budget -= to - from;
      if (namesLine(chunk, uuid)) return true;
      to = from;
      await this.#breathe();
    }
    return false;
  }

  async #read(offset: number, bytes: number): Promise<Buffer> {
    const buffer = Buffer.allocUnsafe(bytes);
    const { bytesRead } = await this.#handle.read(buffer, 0, bytes, offset);
    return buffer.subarray(0, bytesRead);
  }
}

/** Of a line; what stands within its message may be taken for it, and is then looked for in the file. */
function uuidOf(line: Buffer): string | null {
  const at = line.lastIndexOf('"uuid"');
  if (at < 0) return null;
  return /^"uuid"\s*:\s*"([\w-]{1,64})"/.exec(line.subarray(at, at + 128).toString('latin1'))?.[1] ?? null;
}

/** Whether a line in these bytes is called so, and not only named as a parent. */
function namesLine(bytes: Buffer, uuid: string): boolean {
  const quoted = `"${uuid}"`;
  for (let at = bytes.indexOf(quoted); at >= 0; at = bytes.indexOf(quoted, at + 1))
    if (/"uuid"\s*:\s*$/.test(bytes.subarray(Math.max(0, at - 32), at).toString('latin1'))) return true;
  return false;
}
