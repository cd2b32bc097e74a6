import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { keepCompiled } from '../../../../../test/keep-compiled-option.ts';

/** A program of the tests in a process of its own. */
export interface ChildProgram {
  readonly process: ChildProcessByStdio<Writable, Readable, null>;
  /** What it prints next; null once it has ended. */
  nextLine(): Promise<string | null>;
  /** Every line it printed so far, read or not. */
  readonly lines: readonly string[];
  /** Resolves when it is gone and all it printed is in `lines`. */
  readonly ended: Promise<void>;
}

/** Starts a `.program.ts` of this folder; `wrapper` is put in front of the command. Its errors go to ours. */
export function startProgram(
  address: URL,
  programArguments: readonly string[],
  wrapper: readonly string[] = [],
): ChildProgram {
  const [command = process.execPath, ...rest] = [
    ...wrapper,
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    keepCompiled,
    fileURLToPath(address),
    ...programArguments,
  ];
  const child = spawn(command, rest, { stdio: ['pipe', 'pipe', 'inherit'] });
  const reader = createInterface({ input: child.stdout });
  const lines: string[] = [];
  const iterator = reader[Symbol.asyncIterator]();
  reader.on('line', (line) => lines.push(line));
  return {
    process: child,
    lines,
    async nextLine() {
      const { value, done } = await iterator.next();
      return done === true ? null : String(value);
    },
    ended: Promise.all([once(child, 'exit'), once(reader, 'close')]).then(() => undefined),
  };
}
