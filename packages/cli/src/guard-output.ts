import { exitCode } from './exit-code.ts';
import { isGone } from './outlive-terminal.ts';

/**
 * Lets this process outlive the readers of its output. A reader that has seen enough (`| head`) is no error, nor is a terminal that was
 * closed; a file on a full disk is one, whenever it comes. To be called before anything is written. @returns the exit code for a command that ended with this one
 */
export function guardOutput(): (code: number) => number {
  let outputFailed = false;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    const { code } = error;
    const hasNoReader = code === 'EPIPE' || (process.stdout.isTTY && isGone(error));
    if (hasNoReader || outputFailed) return;
    outputFailed = true;
    process.exitCode = exitCode.inputOutput;
    process.stderr.write(`postern: Standard output cannot be written (${code}).\n`);
  });
  // Nor is a reader of the messages that has gone away: the work goes on, and the exit code tells how it ended.
  process.stderr.on('error', () => undefined);
  return (code) => (outputFailed ? exitCode.inputOutput : code);
}
