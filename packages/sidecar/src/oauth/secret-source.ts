import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { loggableError } from '../errors/index.ts';
import { type ProgramEnvironment, type ProgramOutput, runProgram } from './run-program.ts';

/** Where a value that must not be configured in clear comes from: printed by a program, or read from a file, again each time. */
export type SecretSource =
  | { readonly kind: 'command'; readonly command: readonly string[] }
  | { readonly kind: 'file'; readonly path: string };

/** A program has this long to print it. */
export const programTimeoutMs = 10_000;
const longestFile = 64 * 1024;

/** Reads it once. Never throws; the reason of a failure holds nothing of the value. */
export async function readSecretSource(
  source: SecretSource,
  environment: ProgramEnvironment,
): Promise<ProgramOutput> {
  return source.kind === 'command'
    ? await runProgram(source.command, { environment, timeoutMs: programTimeoutMs })
    : await readWhole(source.path);
}

async function readWhole(path: string): Promise<ProgramOutput> {
  try {
    // A named pipe would keep us, and the lock that is held meanwhile, waiting for a writer: it is opened to be turned away.
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const { size } = await file.stat().then((stat) => {
      if (!stat.isFile()) throw Object.assign(new Error('no file'), { code: 'no regular file' });
      return stat;
    });
    if (size > longestFile) return { ok: false, reason: 'the file is longer than 64 KiB' };
    const text = (await file.readFile('utf8')).trim();
    return text === '' ? { ok: false, reason: 'the file is empty' } : { ok: true, text };
  } catch (error) {
    return { ok: false, reason: `the file cannot be read (${loggableError(error)})` };
  }
}
