import { spawn } from 'node:child_process';
import { endsWithUs, onProgramEnd } from '../threads/index.ts';

/** What became of a program that was to print one value. `reason` never holds what it printed. */
export type ProgramOutput =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly reason: string };

/** The environment a configured program gets. */
export type ProgramEnvironment = Readonly<Record<string, string | undefined>>;

const longestOutput = 64 * 1024;

/**
 * Runs a program the operator configured, without a shell, and gives what it prints on standard output, without white space around
 * it. Its standard error is thrown away: it may hold what must not be logged. Never throws.
 */
export async function runProgram(
  command: readonly string[],
  options: { readonly environment: ProgramEnvironment; readonly timeoutMs: number },
): Promise<ProgramOutput> {
  const [program, ...args] = command;
  if (program === undefined) return { ok: false, reason: 'no program is named' };
  return await new Promise<ProgramOutput>((resolve) => {
    let text = '';
    const child = spawn(program, args, {
      env: withoutOurSecrets(options.environment),
      stdio: ['ignore', 'pipe', 'ignore'],
      windowsHide: true,
    });
    endsWithUs(child);
    // A grandchild may keep the pipe open: the wait ends here all the same.
    const end = (output: ProgramOutput): void => {
      clearTimeout(timer);
      child.stdout.destroy();
      resolve(output);
    };
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      end({ ok: false, reason: `it took longer than ${options.timeoutMs / 1000} s` });
    }, options.timeoutMs);
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (text.length <= longestOutput) return;
      child.kill('SIGKILL');
      end({ ok: false, reason: 'it printed more than 64 KiB' });
    });
    child.once('error', (error) =>
      end({ ok: false, reason: `it did not start (${'code' in error ? String(error.code) : error.name})` }),
    );
    onProgramEnd(child, (code, signal) => {
      if (code !== 0) end({ ok: false, reason: `it ended with ${signal ?? `exit code ${code}`}` });
      else if (text.trim() === '') end({ ok: false, reason: 'it printed nothing' });
      else end({ ok: true, text: text.trim() });
    });
  });
}

/** The passphrase opens the store: no program of the operator's needs it. */
function withoutOurSecrets(environment: ProgramEnvironment): Record<string, string> {
  const kept = Object.entries(environment).filter(
    (each): each is [string, string] => each[1] !== undefined && each[0] !== 'POSTERN_PASSPHRASE',
  );
  return Object.fromEntries(kept);
}
