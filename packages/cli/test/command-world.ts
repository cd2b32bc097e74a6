import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { json, type ScriptedSidecar, startScriptedSidecar } from '../../client/test/scripted-sidecar.ts';
import type { Environment, Io } from '../src/context.ts';
import type { SidecarModule } from '../src/index.ts';
import { run } from '../src/run.ts';

/** How a command is started. */
export interface CommandOptions {
  /** Piped in; without it and without `terminal`, standard input is empty. */
  readonly stdin?: string | Buffer;
  /** A person at a terminal: what they type (without Enter) when something on stderr matches, each used once. */
  readonly terminal?: readonly (readonly [RegExp, string])[];
  /** What they type whenever a command waits a moment. */
  readonly typedAhead?: string;
  /** stdout is a terminal too. */
  readonly stdoutIsTerminal?: boolean;
  readonly environment?: Environment;
  readonly sidecar?: SidecarModule;
  readonly platform?: NodeJS.Platform;
  /** Default: a program that only fails. */
  readonly selfCommand?: readonly string[];
  /** Default: `run` of the whole command line. */
  readonly by?: typeof run;
}

/** A command that runs. */
export interface Running {
  readonly done: Promise<{ readonly exitCode: number; readonly stdout: string; readonly stderr: string }>;
  /** More standard input, where it is a terminal's. */
  type(text: string): void;
  /** Ctrl-D: the end of standard input, where it is a terminal's. */
  endInput(): void;
  /** Ctrl-C, or another signal. */
  interrupt(signal?: NodeJS.Signals): void;
  /** Resolves once stdout or stderr matches. */
  printed(pattern: RegExp): Promise<void>;
}

/** A home, a data directory, and a scripted sidecar that is recorded there as running. */
export interface CommandWorld {
  readonly sidecar: ScriptedSidecar;
  readonly homeDir: string;
  readonly dataDir: string;
  /** Writes `sidecar.json`; without it none runs. */
  recordSidecar(file?: Readonly<Record<string, unknown>>, mode?: number): void;
  start(argv: readonly string[], options?: CommandOptions): Running;
  run(argv: readonly string[], options?: CommandOptions): Running['done'];
  close(): Promise<void>;
}

/** A fresh world; its sidecar is healthy, in live mode. */
export async function createCommandWorld(): Promise<CommandWorld> {
  const sidecar = await startScriptedSidecar();
  const homeDir = mkdtempSync(join(tmpdir(), 'postern-cli-'));
  const dataDir = join(homeDir, 'data');
  sidecar.on('GET /health', json({ status: 'ok', version: '9.9.9', mode: 'live', missing: [] }));
  mkdirSync(dataDir, { mode: 0o700 });

  function start(argv: readonly string[], options: CommandOptions = {}): Running {
    const terminal = options.terminal !== undefined;
    const stdin = Object.assign(new PassThrough(), { isTTY: terminal });
    const stdout = Object.assign(new PassThrough(), { isTTY: options.stdoutIsTerminal === true });
    const stderr = Object.assign(new PassThrough(), { isTTY: terminal });
    if (!terminal) stdin.end(options.stdin ?? '');
    const text = { stdout: '', stderr: '' };
    const typed = [...(options.terminal ?? [])];
    const looks = new Set<() => void>();
    let read = 0;
    stdout.on('data', (piece: Buffer) => {
      text.stdout += piece.toString();
      for (const look of looks) look();
    });
    stderr.on('data', (piece: Buffer) => {
      text.stderr += piece.toString();
      const next = typed[0];
      if (next?.[0].test(text.stderr.slice(read))) {
        typed.shift();
        read = text.stderr.length;
        setImmediate(() => stdin.write(`${next[1]}\r`));
      }
      for (const look of looks) look();
    });
    const stops = new Set<(signal?: NodeJS.Signals) => void>();
    const interrupt = (signal?: NodeJS.Signals) => {
      for (const stop of stops) stop(signal);
    };
    const io: Io = {
      stdin,
      stdout,
      stderr,
      onInterrupt: (stop) => {
        stops.add(stop);
        return () => stops.delete(stop);
      },
      interrupt,
      pause: async () => {
        if (options.typedAhead !== undefined) stdin.write(`${options.typedAhead}\r`);
        await new Promise((resolve) => setImmediate(resolve));
      },
    };
    const done = (options.by ?? run)(argv, {
      io,
      environment: { POSTERN_DATA_DIR: dataDir, ...options.environment },
      platform: options.platform ?? process.platform,
      cwd: homeDir,
      homeDir,
      selfCommand: options.selfCommand ?? [process.execPath, '-e', 'process.exit(69)'],
      loadSidecar: async () => {
        if (options.sidecar === undefined)
          throw new Error('This command should not need the sidecar’s code.');
        return options.sidecar;
      },
    }).then(async (exitCode) => {
      // What was written is read in the next turns of the streams.
      await new Promise((resolve) => setImmediate(resolve));
      return { exitCode, ...text };
    });
    return {
      done,
      type: (words) => void stdin.write(words),
      endInput: () => void stdin.end(),
      interrupt,
      printed: (pattern) =>
        new Promise((resolve) => {
          const look = () => {
            if (!pattern.test(text.stdout) && !pattern.test(text.stderr)) return;
            looks.delete(look);
            resolve();
          };
          looks.add(look);
          look();
        }),
    };
  }

  return {
    sidecar,
    homeDir,
    dataDir,
    start,
    run: (argv, options) => start(argv, options).done,
    recordSidecar: (file = {}, mode = 0o600) => {
      const whole = {
        pid: process.pid,
        url: sidecar.url,
        token: 'token-of-this-launch',
        startedAt: '2026-11-23T10:00:00.000Z',
        version: '9.9.9',
        ...file,
      };
      writeFileSync(join(dataDir, 'sidecar.json'), JSON.stringify(whole), { mode });
    },
    close: async () => {
      await sidecar.close();
      rmSync(homeDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
