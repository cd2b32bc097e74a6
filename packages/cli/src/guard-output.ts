import { exitCode } from './exit-code.ts';

/**
 * Lets this process outlive the readers of its output. A reader that has seen enough (`| head`) is no error; a file on a full disk is one,
 * whenever it comes. To be called before anything is written. @returns the exit code for a command that ended with this one
 */
export function guardOutput(): (code: number) => number {
  let outputFailed = false;
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE' || outputFailed) return;
    outputFailed = true;
    process.exitCode = exitCode.inputOutput;
    process.stderr.write(`postern: Standard output cannot be written (${code}).\n`);
  });
  // Nor is a reader of the messages that has gone away: the work goes on, and the exit code tells how it ended.
  process.stderr.on('error', () => undefined);
  return (code) => (outputFailed ? exitCode.inputOutput : code);
}
