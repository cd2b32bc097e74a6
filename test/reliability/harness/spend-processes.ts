import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { FallbackPolicy } from '@postern/contract';
import { rolldown } from 'rolldown';

const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url));

/** What one process is to do on one ledger. */
export interface SpendOrder {
  readonly dataDir: string;
  readonly upstreamUrl: string;
  readonly caps: Partial<FallbackPolicy>;
  readonly patienceMs: number;
  readonly turns: readonly PlannedTurn[];
}

/** A turn, and when it is cancelled. */
export interface PlannedTurn {
  readonly queryId: string;
  readonly cancelAfterMs: number | null;
  readonly calls: readonly PlannedCall[];
}

/** A call, and what the service makes of it. */
export interface PlannedCall {
  readonly id: string;
  readonly model: string;
  readonly maxTokens: number;
  readonly prompt: string;
}

interface SpendProcess {
  readonly child: ChildProcess;
  readonly answers: Interface;
  readonly gone: Promise<readonly unknown[]>;
  /** The end of what it wrote to stderr. */
  complaint: string;
}

/**
 * Processes that run orders. One that has done its order takes the next of another schedule, as starting one costs more than a schedule does;
 * one that was killed is replaced.
 */
export class SpendProcesses implements Disposable {
  readonly #folder: string;
  readonly #idle: SpendProcess[] = [];
  readonly #all = new Set<ChildProcess>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Bundles the program first: from its sources, a start takes three times as long. */
  static async open(): Promise<SpendProcesses> {
    const folder = mkdtempSync(join(modules, '.spend-'));
    const bundle = await rolldown({
      input: fileURLToPath(new URL('spend.program.ts', import.meta.url)),
      platform: 'node',
      external: [/^@napi-rs\/keyring/],
      checks: { eval: false },
    });
    await bundle.write({ file: join(folder, 'spend.js'), format: 'esm', codeSplitting: false });
    await bundle.close();
    return new SpendProcesses(folder);
  }

  /**
   * Runs an order in a process of its own and gives whether it was killed: `killAfterMs` after it was told to begin; null: never.
   * @throws Error where the process ended otherwise, with what it wrote
   */
  async run(order: SpendOrder, killAfterMs: number | null): Promise<boolean> {
    const process = this.#idle.pop() ?? this.#start();
    const { child, answers, gone } = process;
    const done = once(answers, 'line');
    child.stdin?.write(`${JSON.stringify(order)}\n`);
    const timer = killAfterMs === null ? null : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    const [first] = await Promise.race([done, gone]);
    if (timer !== null) clearTimeout(timer);
    if (first === 'done' && !child.killed) {
      this.#idle.push(process);
      return false;
    }
    if (first === 'ended') {
      await gone;
      return false;
    }
    if (!child.killed) throw new Error(`a process ended with ${first}: ${process.complaint}`);
    await gone;
    return true;
  }

  [Symbol.dispose](): void {
    for (const child of this.#all) child.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #start(): SpendProcess {
    const program = join(this.#folder, 'spend.js');
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program], {
      stdio: 'pipe',
    });
    // A killed process cannot take its order: that is what it was killed for.
    child.stdin.on('error', () => undefined);
    this.#all.add(child);
    const started: SpendProcess = {
      child,
      answers: createInterface({ input: child.stdout }),
      gone: once(child, 'exit'),
      complaint: '',
    };
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      started.complaint = (started.complaint + text).slice(-2_000);
    });
    void started.gone.then(() => this.#all.delete(child));
    return started;
  }
}
