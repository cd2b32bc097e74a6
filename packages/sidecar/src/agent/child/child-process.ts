import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { SpawnedProcess, SpawnOptions } from '@anthropic-ai/claude-agent-sdk';
import { InvalidRequestError } from '../../errors/index.ts';
import { redactText } from '../../secret/index.ts';
import type { AgentLog } from './agent-ports.ts';
import type { ChildRegistry } from './child-registry.ts';
import { FileInput, type MarkedFile } from './file-input.ts';
import { killGroup, killMarked } from './kill-process.ts';
import type { StagedCommands } from './staged-commands.ts';

/** Longest piece of the program's error output in one log line. */
const maxLogged = 2_000;

/** The operating system's side of one child: started in a process group of its own, recorded, and surely ended. */
export class OwnedProcess {
  readonly #mark: string;
  readonly #file: ChildRegistry;
  readonly #log: AgentLog;
  readonly #staged: StagedCommands | null;
  #process: ChildProcess | null = null;
  readonly #input = new FileInput();
  #gone = false;
  readonly exited: Promise<void>;
  #markGone: () => void = () => undefined;

  constructor(mark: string, file: ChildRegistry, log: AgentLog, staged: StagedCommands | null = null) {
    this.#mark = mark;
    this.#file = file;
    this.#log = log;
    this.#staged = staged;
    this.exited = new Promise((resolve) => {
      this.#markGone = resolve;
    });
  }

  get pid(): number | null {
    return this.#process?.pid ?? null;
  }

  /** Bytes that the program has yet to read. */
  get waitingBytes(): number {
    return this.#input.writableLength;
  }

  get gone(): boolean {
    return this.#gone;
  }

  /**
   * For `Options.spawnClaudeCodeProcess`. The SDK's abort signal is honoured as a kill of the group.
   * @throws InvalidRequestError `not_running` where Postern stops
   */
  spawn(options: SpawnOptions): SpawnedProcess {
    if (this.#file.isClosed) throw new InvalidRequestError('not_running');
    this.#staged?.write();
    const tempDir = childTempDir(options.env);
    const child = spawn(options.command, options.args, {
      cwd: options.cwd,
      env: tempDir === null ? options.env : { ...options.env, TMPDIR: tempDir },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    this.#process = child;
    const { pid } = child;
    let forget = (): void => undefined;
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#log('debug', redactText(text).slice(0, maxLogged));
    });
    const end = (how: number | Error | null): void => {
      this.#gone = true;
      // Killed or broken off, it did not end the helpers of its own sandbox.
      const ended =
        how === null ? killMarked(this.#mark, new Set()).catch(() => undefined) : Promise.resolve();
      void ended
        .then(() => removed(tempDir))
        .then(() => this.#staged?.remove())
        .then(() => {
          forget();
          this.#markGone();
        });
    };
    child.once('exit', end);
    child.once('error', end);
    this.#input.connect(child.stdin);
    if (pid !== undefined) {
      this.#file.hold(this);
      options.signal.addEventListener('abort', () => killGroup(pid), { once: true });
      forget = this.#file.note({ pid, program: options.command, mark: this.#mark, tempDir });
    }
    return spawned(child, this.#input);
  }

  /** Files whose markers the next message to the program holds. @throws InvalidRequestError `attachment_not_found` */
  async expectFiles(files: readonly MarkedFile[]): Promise<void> {
    await this.#input.expect(files);
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

/** The child as the SDK sees it, with an input of ours. */
function spawned(child: ChildProcessByStdio<Writable, Readable, Readable>, stdin: Writable): SpawnedProcess {
  return {
    stdin,
    stdout: child.stdout,
    get killed() {
      return child.killed;
    },
    get exitCode() {
      return child.exitCode;
    },
    get signalCode() {
      return child.signalCode;
    },
    kill: (signal) => child.kill(signal),
    on: child.on.bind(child),
    once: child.once.bind(child),
    off: child.off.bind(child),
  };
}

/**
 * A directory of the child's own for temporary files, which goes when it goes: the program's sandbox leaves its sockets
 * there when it is killed. Short, because a socket's path may have 104 bytes on macOS; outside the data directory, which the sandbox hides.
 * Null where none can be made, and on Windows, where there are no such sockets.
 * Source: program 2.1.330, measured 2026-11-25 (`claude-http-*`, `claude-socks-*`, `srt-mux-*`).
 */
function childTempDir(environment: SpawnOptions['env']): string | null {
  if (process.platform === 'win32') return null;
  try {
    return mkdtempSync(join(environment['TMPDIR'] ?? tmpdir(), 'postern-'));
  } catch {
    return null;
  }
}

async function removed(directory: string | null): Promise<void> {
  if (directory !== null) await rm(directory, { recursive: true, force: true }).catch(() => undefined);
}
