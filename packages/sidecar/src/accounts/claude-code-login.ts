import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

/** A person needs a browser and a moment; longer than this is forgotten. */
const lifeMs = 10 * 60_000;
const urlPattern = /https:\/\/[^\s"'<>]+/;

/** One run of `claude auth login`: the program opens the browser by itself and prints an address for another one. */
export interface ClaudeCodeLoginRun {
  /** What it printed, for a browser elsewhere; null until it did. */
  authorizationUrl(): string | null;
  readonly startedAtMs: number;
  readonly expiresAtMs: number;
  /** The code such a browser shows. */
  paste(code: string): void;
  /** Ends the run. */
  stop(): void;
  /** The exit code, or null where it was ended. */
  readonly done: Promise<number | null>;
}

/** Starts the program's own sign-in. Its standard input stays open: a closed one ends the wait for a pasted code. */
export function startClaudeCodeLogin(
  program: string,
  environment: Readonly<Record<string, string>>,
  nowMs: number,
): ClaudeCodeLoginRun {
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(program, ['auth', 'login'], {
    env: { ...environment },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  let url: string | null = null;
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => {
    printed = (printed + chunk.toString()).slice(-16_384);
    url ??= urlPattern.exec(printed)?.[0] ?? null;
  });
  child.stdin.on('error', () => undefined);
  const stop = (): void => {
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), 2_000).unref();
  };
  const timer = setTimeout(stop, lifeMs).unref();
  const done = new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null));
    child.once('close', (code) => resolve(code));
  }).finally(() => clearTimeout(timer));
  return {
    authorizationUrl: () => url,
    startedAtMs: nowMs,
    expiresAtMs: nowMs + lifeMs,
    paste(code) {
      child.stdin.write(`${code.trim()}\n`);
    },
    stop,
    done,
  };
}
