import { spawn } from 'node:child_process';
import { endsWithUs, onProgramEnd } from '../threads/index.ts';

/** What a short run of the program said. */
export interface ProgramOutcome {
  readonly exitCode: number | null;
  readonly stdout: string;
}

const mostOutputBytes = 256 * 1024;

/** Runs a program without a shell, to its end, for `timeoutMs`, until `stop`, or until this process exits; null where it cannot be started. */
export function runProgram(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  timeoutMs: number,
  stop: AbortSignal,
): Promise<ProgramOutcome | null> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      env: { ...environment },
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      signal: stop,
    });
    endsWithUs(child);
    let stdout = '';
    child.stdout.on('data', (chunk: Buffer) => {
      if (stdout.length < mostOutputBytes) stdout += chunk.toString();
    });
    child.on('error', () => {
      if (child.pid === undefined) resolve(null);
    });
    // What it printed is of no use to one who stopped it.
    child.once('exit', () => {
      if (stop.aborted) resolve(null);
    });
    onProgramEnd(child, (exitCode) => resolve({ exitCode, stdout }));
  });
}
