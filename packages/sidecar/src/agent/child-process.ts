import { type ChildProcess, spawn } from 'node:child_process';
import type { SpawnedProcess, SpawnOptions } from '@anthropic-ai/claude-agent-sdk';
import { redactText } from '../secret/index.ts';
import type { AgentLog } from './agent-log.ts';
import type { ChildrenFile } from './children-file.ts';
import { killGroup, killMarked } from './end-process.ts';
import { processFacts } from './process-facts.ts';

/** Longest piece of the program's error output in one log line. */
const maxLogged = 2_000;

/** The operating system's side of one child: started in a process group of its own, recorded, and surely ended. */
export class OwnedProcess {
  readonly #mark: string;
  readonly #file: ChildrenFile;
  readonly #log: AgentLog;
  #process: ChildProcess | null = null;
  #gone = false;
  readonly exited: Promise<void>;
  #markGone: () => void = () => undefined;

  constructor(mark: string, file: ChildrenFile, log: AgentLog) {
    this.#mark = mark;
    this.#file = file;
    this.#log = log;
    this.exited = new Promise((resolve) => {
      this.#markGone = resolve;
    });
  }

  get pid(): number | null {
    return this.#process?.pid ?? null;
  }

  get gone(): boolean {
    return this.#gone;
  }

  /** For `Options.spawnClaudeCodeProcess`. The SDK's abort signal is honoured as a kill of the group. */
  spawn(options: SpawnOptions): SpawnedProcess {
    const child = spawn(options.command, options.args, {
      cwd: options.cwd,
      env: options.env,
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    this.#process = child;
    const { pid } = child;
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#log('debug', redactText(text).slice(0, maxLogged));
    });
    const end = (): void => {
      this.#gone = true;
      if (pid !== undefined) this.#file.remove(pid);
      this.#markGone();
    };
    child.once('exit', end);
    child.once('error', end);
    // A broken pipe is told by `exit`; without a listener it would end the sidecar.
    child.stdin.on('error', () => undefined);
    if (pid !== undefined) {
      options.signal.addEventListener('abort', () => killGroup(pid), { once: true });
      void this.#record(pid, options.command);
    }
    return child;
  }

  async #record(pid: number, program: string): Promise<void> {
    const facts = await processFacts(pid);
    if (facts === null || this.#gone) return;
    this.#file.add({ pid, startedAt: facts.startedAt, program, mark: this.#mark });
  }

  /** Ends what the child's tools started, wherever it went; the child itself lives on. */
  async endTools(): Promise<void> {
    const { pid } = this;
    if (pid !== null) await killMarked(this.#mark, new Set([pid]));
  }

  /** Ends the child and everything it started, now. */
  async kill(): Promise<void> {
    const { pid } = this;
    if (pid === null) return;
    if (!this.#gone) killGroup(pid);
    await killMarked(this.#mark, new Set());
  }
}
