import { type ChildProcess, spawn } from 'node:child_process';
import { z } from 'zod';
import { endsWithUs } from '../threads/index.ts';
import type { KeychainEntries } from './keychain.ts';

/** What the process is asked. `value` goes with `set`. */
export interface KeychainRequest {
  readonly number: number;
  readonly action: 'get' | 'set' | 'delete';
  readonly account: string;
  readonly value?: string;
}

const answerSchema = z.union([
  z.object({ number: z.number(), value: z.string().nullable() }),
  z.object({ number: z.number(), failure: z.string() }),
]);

/** What it says: `failure` is the library's own text. */
export type KeychainAnswer = z.infer<typeof answerSchema>;

/** Variables of the process that started ours. */
export type KeychainEnvironment = Readonly<Record<string, string | undefined>>;

/** The program that answers, and its arguments. */
export interface KeychainCommand {
  readonly program: string;
  readonly args: readonly string[];
}

/** How long the process outlives its last answer: an idle one holds some 40 MB, and the sealing key is read once. */
const idleMs = 2_000;

/**
 * What a keychain needs of our environment: where the session bus and the user's files are. No token, no key and no NODE_OPTIONS.
 * Source: D-Bus specification 0.43, "Well-known Message Bus Instances"; XDG Base Directory Specification 0.8.
 */
const passed =
  /^(PATH|HOME|USER|LOGNAME|LANG|LC_\w+|TMPDIR|TEMP|TMP|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|DBUS_\w+|XDG_\w+|KDE_\w+|SYSTEMROOT|WINDIR|APPDATA|LOCALAPPDATA|USERPROFILE|USERNAME|__CF_USER_TEXT_ENCODING)$/i;

interface OpenCall {
  readonly resolve: (value: string | null) => void;
  readonly reject: (error: Error) => void;
}

/**
 * The keyring library in a process of its own, started at the first call and again where it has ended. The library waits for a window of
 * the keychain's without a limit, and its constructor blocks: this way both can be given up at any moment.
 */
export class KeychainProcess implements KeychainEntries {
  readonly #command: KeychainCommand;
  readonly #environment: KeychainEnvironment;
  readonly #open = new Map<number, OpenCall>();
  #child: ChildProcess | null = null;
  #idle: NodeJS.Timeout | null = null;
  #count = 0;

  constructor(command: KeychainCommand, environment: KeychainEnvironment) {
    this.#command = command;
    this.#environment = Object.fromEntries(Object.entries(environment).filter(([name]) => passed.test(name)));
  }

  get(account: string): Promise<string | null> {
    return this.#ask({ action: 'get', account });
  }

  async set(account: string, value: string): Promise<void> {
    await this.#ask({ action: 'set', account, value });
  }

  async delete(account: string): Promise<void> {
    await this.#ask({ action: 'delete', account });
  }

  /** Ends the process, whatever it waits for; open calls are rejected. The next call starts another one. */
  giveUp(): void {
    this.#end('was given up');
  }

  async #ask(request: Omit<KeychainRequest, 'number'>): Promise<string | null> {
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#idle = null;
    const child = this.#running();
    this.#count += 1;
    const number = this.#count;
    const { promise, resolve, reject } = Promise.withResolvers<string | null>();
    this.#open.set(number, { resolve, reject });
    child.send({ number, ...request }, (error) => {
      if (error !== null) this.#end('does not listen', child);
    });
    try {
      return await promise;
    } finally {
      if (this.#open.size === 0 && this.#child !== null)
        this.#idle = setTimeout(() => this.#end('is idle'), idleMs).unref();
    }
  }

  #running(): ChildProcess {
    if (this.#child !== null) return this.#child;
    const child = spawn(this.#command.program, this.#command.args, {
      env: this.#environment,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      windowsHide: true,
    });
    endsWithUs(child);
    // What waits for the user holds up no end of ours: who needs the answer has a limit of its own.
    child.unref();
    child.channel?.unref();
    child.on('message', (message) => this.#take(message));
    child.once('error', () => this.#end('could not be started', child));
    child.once('exit', () => this.#end('has ended', child));
    this.#child = child;
    return child;
  }

  #take(message: unknown): void {
    const answer = answerSchema.parse(message);
    const call = this.#open.get(answer.number);
    this.#open.delete(answer.number);
    if ('failure' in answer) call?.reject(new Error(answer.failure));
    else call?.resolve(answer.value);
  }

  #end(how: string, child = this.#child): void {
    if (child === null || child !== this.#child) return;
    this.#child = null;
    child.kill('SIGKILL');
    const open = [...this.#open.values()];
    this.#open.clear();
    for (const { reject } of open) reject(new Error(`the process that asks the keychain ${how}`));
  }
}
