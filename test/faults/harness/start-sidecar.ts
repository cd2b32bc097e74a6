import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { SidecarFile } from '@postern/contract';
import { posternUnderTest } from '../../postern-under-test.ts';

const program = fileURLToPath(new URL('./postern-with-clock.program.js', import.meta.url));

/** What the sidecar answered. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; empty where it is none. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** A sidecar in a process of its own. */
export interface Sidecar {
  readonly pid: number;
  readonly url: string;
  readonly dataDir: string;
  /** The bearer of this launch. */
  readonly token: string;
  /** A request with the bearer of this launch; a POST has a JSON body. */
  call(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer>;
  /** Everything it wrote to standard error so far. */
  log(): string;
  /** Sets its wall clock this far from the real one. */
  setClock(shiftMs: number): Promise<void>;
  send(signal: NodeJS.Signals): void;
  /** Ends it as a person does, or at once with SIGKILL, and gives its exit code. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
}

/** Where and with what it is started. */
export interface SidecarOptions {
  readonly dataDir: string;
  readonly environment: Readonly<Record<string, string>>;
  /** After `start --json --no-open`. */
  readonly args: readonly string[];
}

/** Starts `postern start` and waits until it is ready. @throws Error with what it said, where it ends before */
export async function startSidecar(options: SidecarOptions): Promise<Sidecar> {
  const started = launch(options);
  const ready = await started.ready;
  if (ready === null) throw new Error(`the sidecar ended before it was ready:\n${started.log()}`);
  const { token } = JSON.parse(readFileSync(join(options.dataDir, 'sidecar.json'), 'utf8')) as SidecarFile;
  const { child } = started;
  return {
    pid: child.pid ?? 0,
    url: ready,
    dataDir: options.dataDir,
    token,
    log: started.log,
    call: async (method, path, body) => {
      const response = await fetch(`${ready}${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(method === 'POST' ? { body: JSON.stringify(body ?? {}) } : {}),
        redirect: 'manual',
      });
      const text = await response.text();
      const isJson = /[/+]json/.test(response.headers.get('content-type') ?? '');
      return {
        status: response.status,
        headers: response.headers,
        text,
        body: isJson ? (JSON.parse(text) as Record<string, unknown>) : {},
      };
    },
    setClock: async (shiftMs) => {
      const set = once(child, 'message');
      child.send({ shiftMs });
      await set;
    },
    send: (signal) => void child.kill(signal),
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal);
      return await started.exitCode;
    },
  };
}

/** Starts one that must not start, and gives its exit code and what it said. */
export async function startInVain(
  options: SidecarOptions,
): Promise<{ readonly exitCode: number | null; readonly said: string }> {
  const started = launch(options);
  if ((await started.ready) !== null) {
    started.child.kill('SIGKILL');
    throw new Error('it started');
  }
  return { exitCode: await started.exitCode, said: started.log() };
}

interface Launched {
  readonly child: ChildProcess;
  /** Its address, or null where it ended before. */
  readonly ready: Promise<string | null>;
  readonly exitCode: Promise<number | null>;
  log(): string;
}

function launch({ dataDir, environment, args }: SidecarOptions): Launched {
  const child = spawn(
    process.execPath,
    [program, posternUnderTest, 'start', '--json', '--no-open', '--data-dir', dataDir, ...args],
    { env: { PATH: process.env['PATH'], ...environment }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] },
  );
  const endWithUs = (): void => void child.kill('SIGKILL');
  process.once('exit', endWithUs);
  let log = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  const exitCode = once(child, 'close').then(([code]: (number | null)[]) => {
    process.off('exit', endWithUs);
    return code ?? null;
  });
  const ready = new Promise<string | null>((resolve) => {
    if (child.stdout !== null)
      createInterface({ input: child.stdout }).on('line', (line) => {
        const { event, url } = JSON.parse(line) as { readonly event: string; readonly url?: string };
        if (event === 'ready') resolve(url ?? null);
        else log += `${line}\n`;
      });
    void exitCode.then(() => resolve(null));
  });
  return { child, ready, exitCode, log: () => log };
}
