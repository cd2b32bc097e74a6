import type { FileHandle } from 'node:fs/promises';

/** Bytes that are read and worked off in one go: a few milliseconds' work. */
const pieceBytes = 128 * 1024;
/** A longer line is not put together here: that alone would hold up everything else. */
export const largeLine = 1024 * 1024;
const newline = 10;

/** One line of a session file. */
export interface SessionLine {
  /** Where it begins in the file, in bytes. */
  readonly offset: number;
  /** Without the newline. */
  readonly bytes: number;
  /** Null for a large one. Valid until the next piece. */
  readonly text: Buffer | null;
  /** False for what stands behind the last newline: it may still be written. */
  readonly ended: boolean;
}

/** The lines of a file from byte `from`, where a line begins, up to byte `to`, piece by piece. @throws Error of the file system */
export async function* sessionLines(
  handle: Pick<FileHandle, 'read'>,
  from: number,
  to: number,
  longest = largeLine,
): AsyncGenerator<readonly SessionLine[]> {
  let carried: Buffer[] = [];
  let carriedBytes = 0;
  let lineAt = from;
  let at = from;
  const lineOf = (rest: Buffer, ended: boolean): SessionLine => {
    const bytes = carriedBytes + rest.length;
    const text = bytes > longest ? null : carried.length === 0 ? rest : Buffer.concat([...carried, rest]);
    const line = { offset: lineAt, bytes, text, ended };
    lineAt += bytes + 1;
    carried = [];
    carriedBytes = 0;
    return line;
  };
  while (at < to) {
    const buffer = Buffer.allocUnsafe(Math.min(pieceBytes, to - at));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) break;
    at += bytesRead;
    const piece = buffer.subarray(0, bytesRead);
    const lines: SessionLine[] = [];
    let start = 0;
    for (let end = piece.indexOf(newline); end >= 0; end = piece.indexOf(newline, start)) {
      lines.push(lineOf(piece.subarray(start, end), true));
      start = end + 1;
    }
    if (start < piece.length) {
      carriedBytes += piece.length - start;
      // What is known to be large is counted, not kept.
      if (carriedBytes <= longest) carried.push(piece.subarray(start));
      else carried = [];
    }
    if (lines.length > 0) yield lines;
  }
  if (carriedBytes > 0) yield [lineOf(Buffer.alloc(0), false)];
}
