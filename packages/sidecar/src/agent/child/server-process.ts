import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { ReadBuffer, serializeMessage } from '@modelcontextprotocol/sdk/shared/stdio.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { isReservedVariable } from '@postern/contract';
import crossSpawn from 'cross-spawn';
import { childMarkVariable } from './child-environment.ts';
import type { ChildRegistry } from './child-registry.ts';
import { killGroup, killMarked } from './kill-process.ts';
import { longestMessage } from './message-limit.ts';
import { serverCommand } from './server-command.ts';

/** Of what it said on stderr, characters. More than a line has, so that a secret in the last one is whole and can be hidden. */
const mostSaid = 16_384;
/** How long a server may take to end after its input has ended, and then after it was asked to. */
const leaveMs = 400;
const termMs = 400;

/** What a server is started with. */
export interface ServerStart {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment but for the mark. */
  readonly environment: Readonly<Record<string, string>>;
  /** Random; every process it starts carries it. */
  readonly mark: string;
}

/**
 * The environment of a server: what is passed to programs, then its own variables but those of Claude and Postern. Pure.
 * @param passed no credential and nothing that reroutes, as for the agent’s own commands
 */
export function serverEnvironment(
  passed: Readonly<Record<string, string>>,
  own: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    [...Object.entries(passed), ...Object.entries(own)].filter(([name]) => !isReservedVariable(name)),
  );
}

/**
 * An MCP server that is a program: spoken to by lines, in a process group of its own, recorded, and surely ended with all it started.
 * The MCP SDK’s own transport leaves behind what a server’s wrapper (`npx`, a shell) started.
 */
export class ServerProcess implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly #start: ServerStart;
  readonly #registry: Pick<ChildRegistry, 'note'>;
  readonly #buffer = new ReadBuffer({ maxBufferSize: longestMessage });
  #process: ChildProcessByStdio<Writable, Readable, Readable> | null = null;
  #gone: Promise<void> = Promise.resolve();
  #said = '';
  /** Earlier words are gone: the first line of what is left may begin in the middle of a word. */
  #isCut = false;
  #isOver = false;
  #exit: number | NodeJS.Signals | null = null;

  constructor(start: ServerStart, registry: Pick<ChildRegistry, 'note'>) {
    this.#start = start;
    this.#registry = registry;
  }

  /** Whether it ran and has ended. */
  get hasEnded(): boolean {
    return this.#exit !== null;
  }

  /** How it ended and what it said last on its error output; for the user, redacted by the caller. */
  get lastWords(): string {
    const lines = (this.#isCut ? this.#said.replace(/^\S*/, '') : this.#said).trim().split('\n');
    const line = lines.at(-1)?.trim() ?? '';
    const how = typeof this.#exit === 'number' ? `exit code ${this.#exit}` : (this.#exit ?? 'ended');
    return line === '' ? how : `${how}: ${line}`;
  }

  /** @throws the system’s error, such as ENOENT */
  async start(): Promise<void> {
    // Between its making and its start the program may have left.
    if (this.#isOver) throw new Error('over before it began');
    const { command, args, cwd, environment, mark } = this.#start;
    const env = { ...environment, [childMarkVariable]: mark };
    // On Windows a batch file has to go through cmd.exe, whose quoting is a matter of its own; elsewhere this is `spawn`.
    const child = crossSpawn(serverCommand(command, env), args, {
      cwd,
      env,
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      windowsHide: true,
    }) as ChildProcessByStdio<Writable, Readable, Readable>;
    this.#process = child;
    const gone = Promise.withResolvers<void>();
    this.#gone = gone.promise;
    // Its group first: a wrapper that has ended may have left others in it.
    child.once('exit', (code, signal) => {
      this.#exit = code ?? signal;
      if (child.pid !== undefined) killGroup(child.pid);
      void killMarked(mark, new Set())
        .catch(() => undefined)
        .then(gone.resolve);
    });
    child.once('close', () => this.onclose?.());
    child.stdin.on('error', (error) => this.onerror?.(error));
    child.stdout.on('data', (chunk: Buffer) => this.#read(chunk));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#said += text;
      if (this.#said.length <= mostSaid) return;
      this.#said = this.#said.slice(-mostSaid);
      this.#isCut = true;
    });
    const started = Promise.withResolvers<void>();
    child.once('spawn', started.resolve);
    child.once('error', (error) => {
      gone.resolve();
      started.reject(error);
    });
    await started.promise;
    if (child.pid === undefined) return;
    const forget = this.#registry.note({ pid: child.pid, program: command, mark, tempDir: null });
    void this.#gone.then(forget);
  }

  async send(message: JSONRPCMessage): Promise<void> {
    this.#process?.stdin.write(serializeMessage(message));
  }

  /** Ends its input, then asks, then kills. Settles when nothing of it runs. */
  async close(): Promise<void> {
    this.#isOver = true;
    const child = this.#process;
    if (child === null || child.pid === undefined) return;
    child.stdin.end();
    const { pid } = child;
    // On Windows there is no asking: a signal would end the wrapper alone, and what it started could not be found any longer.
    const ask = (): unknown => (process.platform === 'win32' ? killGroup(pid) : child.kill('SIGTERM'));
    const asked = setTimeout(ask, leaveMs);
    const killed = setTimeout(() => killGroup(pid), leaveMs + termMs);
    await this.#gone;
    clearTimeout(asked);
    clearTimeout(killed);
  }

  /** Ends it at once. */
  kill(): void {
    if (this.#process?.pid !== undefined && this.#exit === null) killGroup(this.#process.pid);
  }

  #read(chunk: Buffer): void {
    try {
      this.#buffer.append(chunk);
    } catch (error) {
      this.onerror?.(error instanceof Error ? error : new Error('unreadable'));
      this.kill();
      return;
    }
    for (;;) {
      try {
        const message = this.#buffer.readMessage();
        if (message === null) return;
        this.onmessage?.(message);
      } catch {
        // A line that is no message: many servers print a greeting.
      }
    }
  }
}
