import type { ChildProcess } from 'node:child_process';

/** What a program printed is there by then; what comes later is from one that it left behind. */
const pipeGraceMs = 200;

/**
 * Calls `ended` once, when a program has left and what it printed was read. One that it started, and left running, may hold the pipe
 * for hours: its end is waited for only briefly. A program that could not be started does not end.
 */
export function onProgramEnd(
  child: ChildProcess,
  ended: (exitCode: number | null, signal: NodeJS.Signals | null) => void,
): void {
  child.once('exit', (exitCode, signal) => {
    // After one more turn of the event loop: one that was held up has not read yet what is in the pipe.
    const timer = setTimeout(() => setImmediate(() => child.stdout?.destroy()), pipeGraceMs);
    child.once('close', () => {
      clearTimeout(timer);
      ended(exitCode, signal);
    });
  });
}
