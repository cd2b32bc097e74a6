import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const folder = join(import.meta.dirname, '../programs');

/** A part of a benchmark that has a process of its own, so that nobody's work is counted as another's. */
export interface Program<Ready> extends AsyncDisposable {
  readonly pid: number;
  /** What it printed when it was ready. */
  readonly ready: Ready;
  /** Sends a word and gives its answer, both as JSON lines. @throws Error where it ends before */
  ask<Answer>(question: unknown): Promise<Answer>;
}

/**
 * Starts `bench/programs/<name>.program.ts` and waits for its first line.
 * @throws Error where it ends before
 */
export async function startProgram<Ready>(
  name: string,
  order: unknown = {},
  nodeOptions: readonly string[] = [],
): Promise<Program<Ready>> {
  const child = spawn(
    process.execPath,
    [...nodeOptions, join(folder, `${name}.program.ts`), JSON.stringify(order)],
    { stdio: ['pipe', 'pipe', 'inherit'], env: { PATH: process.env['PATH'], HOME: process.env['HOME'] } },
  );
  const endWithUs = (): void => void child.kill('SIGKILL');
  process.once('exit', endWithUs);
  const closed = once(child, 'close').then(() => void process.off('exit', endWithUs));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async <T>(): Promise<T> => {
    const line = await lines.next();
    if (line.done === true) throw new Error(`the program ${name} ended before it answered`);
    return JSON.parse(line.value) as T;
  };
  const ready = await next<Ready>();
  return {
    pid: child.pid ?? 0,
    ready,
    ask: async <Answer>(question: unknown) => {
      child.stdin.write(`${JSON.stringify(question)}\n`);
      return await next<Answer>();
    },
    [Symbol.asyncDispose]: async () => {
      child.stdin.end();
      await closed;
    },
  };
}
