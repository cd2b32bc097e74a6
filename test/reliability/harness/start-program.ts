import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { keepCompiled } from '../../keep-compiled-option.ts';
import type { Order, Outcome } from './use-token.program.ts';

const program = fileURLToPath(new URL('./use-token.program.ts', import.meta.url));

/** A run that is broken off takes them along. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** A process of the tests that does what it is ordered. */
export interface Program {
  readonly process: ChildProcess;
  /** Its steps so far, and its outcome. */
  readonly lines: readonly Outcome[];
  /** Resolves at a step, with the wall-clock time it was taken at. @throws Error where it ends before */
  reaches(step: string): Promise<number>;
  /** Its outcome; null where it was killed before it had one. */
  readonly ended: Promise<Extract<Outcome, { readonly outcome: string }> | null>;
}

/** Starts one. */
export function startProgram(order: Order): Program {
  const child = spawn(process.execPath, [keepCompiled, program, JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.add(child);
  const lines: Outcome[] = [];
  const looks = new Set<() => void>();
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => {
    lines.push(JSON.parse(line) as Outcome);
    for (const look of looks) look();
  });
  const ended = Promise.all([once(child, 'exit'), once(reader, 'close')]).then(() => {
    running.delete(child);
    return lines.find((line) => 'outcome' in line) ?? null;
  });
  return {
    process: child,
    lines,
    ended,
    reaches: (step) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const reached = lines.find((line) => 'step' in line && line.step === step);
          if (reached === undefined || !('step' in reached)) return;
          looks.delete(look);
          resolve(reached.atMs);
        };
        looks.add(look);
        look();
        void ended.then(() => {
          look();
          reject(new Error(`it ended before ${step}: ${JSON.stringify(lines)}`));
        });
      }),
  };
}
