import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

/** Longest piece of the program's output that is looked through for the address. */
const mostOutput = 16_384;
/** How long the program may take to leave before it is killed. */
const leaveMs = 2_000;
/** An address followed by something that cannot belong to it: until then the rest may still be on its way. */
const urlPattern = /https:\/\/[\w\-.~:/?#[\]@!$&()*+,;=%]+(?=[^\w\-.~:/?#[\]@!$&()*+,;=%])/;

/** How a run of the program's own sign-in ended. */
export interface ClaudeCodeLoginEnd {
  /** Null where it was ended by us or could not be started. */
  readonly exitCode: number | null;
  readonly expired: boolean;
}

/** One run of `claude auth login`: the program opens the browser itself and prints an address for another one. */
export interface ClaudeCodeLoginRun {
  /** Null where it could not be started. */
  readonly pid: number | null;
  /** What it printed, for a browser elsewhere; null until it did. */
  authorizationUrl(): string | null;
  readonly startedAtMs: number;
  readonly expiresAtMs: number;
  /** The code such a browser shows. */
  paste(code: string): void;
  /** Ends the run. */
  stop(): void;
  /** Settles when the program has left. */
  readonly done: Promise<ClaudeCodeLoginEnd>;
}

/**
 * Starts the program's own sign-in. Its standard input stays open: a closed one ends the wait for a pasted code.
 * Not tried with a real account; what the program prints, and that it takes the code there, was measured up to that point.
 */
export function startClaudeCodeLogin(
  program: string,
  environment: Readonly<Record<string, string>>,
  times: { readonly nowMs: number; readonly lifeMs: number },
): ClaudeCodeLoginRun {
  const child: ChildProcessByStdio<Writable, Readable, Readable> = spawn(program, ['auth', 'login'], {
    env: { ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  });
  let url: string | null = null;
  for (const stream of [child.stdout, child.stderr]) {
    let printed = '';
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed = (printed + text).slice(-mostOutput);
      url ??= addressIn(printed);
    });
  }
  child.stdin.on('error', () => undefined);
  let expired = false;
  const stop = (): void => {
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), leaveMs).unref();
  };
  const timer = setTimeout(() => {
    expired = true;
    stop();
  }, times.lifeMs).unref();
  const done = new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null));
    // Not `close`: the browser it opened may hold its pipes.
    child.once('exit', (code) => resolve(code));
  }).then((exitCode) => {
    clearTimeout(timer);
    return { exitCode, expired };
  });
  return {
    pid: child.pid ?? null,
    authorizationUrl: () => url,
    startedAtMs: times.nowMs,
    expiresAtMs: times.nowMs + times.lifeMs,
    paste(code) {
      // One line: what follows a line break would be another answer to another question.
      const [first = ''] = code.trim().split(/\s/);
      child.stdin.write(`${first}\n`);
    },
    stop,
    done,
  };
}

function addressIn(text: string): string | null {
  const found = urlPattern.exec(text)?.[0];
  return found !== undefined && URL.canParse(found) ? found : null;
}
