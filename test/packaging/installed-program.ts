import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { createPosternClient, type PosternClient } from '@postern/client';
import type { ReadyLine, SidecarFile } from '@postern/contract';

/** The program that the checkout's Agent SDK came with. */
export const claudeProgram = resolve(
  import.meta.dirname,
  `../../node_modules/@anthropic-ai/claude-agent-sdk-${process.platform}-${process.arch}/claude`,
);

/** A directory of a test's own; removed by `close`. */
export interface TestPlace {
  readonly path: string;
  close(): void;
}

export function testPlace(): TestPlace {
  const path = mkdtempSync(join(tmpdir(), 'postern-packaging-'));
  return { path, close: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }) };
}

/** What a command said and how it ended. */
export interface ProgramEnd {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** An installed Postern, as a person with a home of their own meets it. Of this machine it sees PATH only. */
export interface InstalledProgram {
  readonly homeDir: string;
  run(
    args: readonly string[],
    options?: { readonly input?: string; readonly variables?: Readonly<Record<string, string>> },
  ): Promise<ProgramEnd>;
  /**
   * `postern start --sandbox`: does the work once it is ready, then ends it as a session manager does, whatever happened, and gives its
   * exit code.
   */
  whileRunning(
    work: (running: RunningProgram) => Promise<void>,
    variables?: Readonly<Record<string, string>>,
  ): Promise<number | null>;
}

/** An installed Postern that runs. */
export interface RunningProgram {
  readonly ready: ReadyLine;
  /** Bearer of this launch. */
  readonly token: string;
  readonly client: PosternClient;
}

/** Long after anything here has ended on a slow machine. */
const patienceMs = 100_000;

/** @param file the command; it is started by itself, by its own first line or as an executable */
export function installedProgram(file: string, place: TestPlace): InstalledProgram {
  const homeDir = mkdtempSync(join(place.path, 'home-'));
  const dataDir = join(homeDir, 'data');
  const workspace = join(homeDir, 'workspace');
  mkdirSync(workspace);
  const start = (args: readonly string[], variables: Readonly<Record<string, string>> = {}): ChildProcess =>
    spawn(file, [...args, '--data-dir', dataDir], {
      cwd: workspace,
      // The Node that runs the tests comes first: where a program needs one, it finds this one.
      env: {
        PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
        HOME: homeDir,
        LANG: 'C.UTF-8',
        ...variables,
      },
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: patienceMs,
      killSignal: 'SIGKILL',
    });
  return {
    homeDir,
    async run(args, { input = '', variables } = {}) {
      const child = start(args, variables);
      const heard = listen(child);
      child.stdin?.end(input);
      const [exitCode] = (await once(child, 'close')) as [number | null];
      return { exitCode, stdout: heard.stdout(), stderr: heard.stderr() };
    },
    async whileRunning(work, variables) {
      const child = start(['start', '--sandbox', '--no-open', '--json', '--port', '0'], variables);
      const heard = listen(child);
      const closed = once(child, 'close') as Promise<[number | null]>;
      try {
        const ready = JSON.parse(await firstLine(child, heard.stderr)) as ReadyLine;
        const { token } = JSON.parse(readFileSync(join(dataDir, 'sidecar.json'), 'utf8')) as SidecarFile;
        await work({ ready, token, client: createPosternClient({ baseUrl: ready.url, token }) });
      } finally {
        child.kill('SIGTERM');
        await closed;
      }
      return (await closed)[0];
    },
  };
}

function listen(child: ChildProcess): { stdout(): string; stderr(): string } {
  const heard = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      heard[name] += text;
    });
  child.on('error', (error) => {
    heard.stderr += error.message;
  });
  return { stdout: () => heard.stdout, stderr: () => heard.stderr };
}

async function firstLine(child: ChildProcess, stderr: () => string): Promise<string> {
  let text = '';
  for await (const piece of child.stdout ?? []) {
    text += piece;
    const end = text.indexOf('\n');
    if (end >= 0) return text.slice(0, end);
  }
  throw new Error(`it ended before it was ready: ${text}${stderr()}`);
}
