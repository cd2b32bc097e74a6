import type { Writable } from 'node:stream';

/** A stream that may be written to however its reader behaves. */
export interface LastingOutput {
  /** Writes what can be written now. Never throws, never waits. */
  write(text: string): void;
}

/** What a reader that does not read may cost in memory. */
const mostUnreadBytes = 1024 * 1024;

/**
 * Output that outlives its reader. A stream that fails (a closed pipe, a full disk, a terminal that is gone) loses what was written at that
 * moment and is tried again at the next write, because a disk is freed and a named pipe gets another reader. A reader that stops
 * reading costs 1 MiB; what comes after that is dropped, and `onCaughtUp` is given the number of dropped writes once it reads again.
 */
export function lastingOutput(stream: Writable, onCaughtUp: (dropped: number) => void): LastingOutput {
  let dropped = 0;
  // Without a listener a stream's failure ends the process.
  stream.on('error', () => undefined);
  stream.on('drain', () => {
    if (dropped === 0) return;
    const count = dropped;
    dropped = 0;
    onCaughtUp(count);
  });
  return {
    write: (text) => {
      if (stream.writableLength > mostUnreadBytes) dropped += 1;
      else if (stream.writable) stream.write(text);
    },
  };
}
