import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { posternUnderTest } from '../../postern-under-test.ts';

/** The script that is run as `postern`, in a checkout. */
export const scriptIn = (checkout: string): string => resolve(checkout, 'packages/cli/bin/postern.js');

/** How a command ended. */
export interface CommandEnd {
  /** Null where a signal ended it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs. */
export interface RunningCommand {
  readonly pid: number;
  /** Whatever it wrote to standard output so far, piece by piece as it came. */
  readonly pieces: readonly string[];
  /** Standard error so far. */
  stderr(): string;
  /**
   * The first part of standard output that matches.
   * @throws Error with all it printed, where it ends before, or does not print it in time
   */
  prints(pattern: RegExp): Promise<string>;
  send(signal: NodeJS.Signals): void;
  /** @throws Error with all it printed, where it does not end in time; it is killed then */
  ended(): Promise<CommandEnd>;
}

/** What a command is given; its standard input is closed where there is none. */
export interface CommandOptions {
  readonly environment: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly input?: string;
  /** Full path of another `postern`; default: this checkout’s. */
  readonly script?: string;
}

/** Far more than anything here takes; a command that hangs must say so before the test's own time is up. */
const patienceMs = 60_000;

/** Starts `postern <args>` as a child process, in no shell and no terminal. */
export function runCommandLine(args: readonly string[], options: CommandOptions): RunningCommand {
  const child = spawn(process.execPath, [options.script ?? posternUnderTest, ...args], {
    cwd: options.cwd,
    env: options.environment,
    stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  // A run that is broken off takes its commands along; they end their own children.
  const endWithUs = (): void => void child.kill('SIGTERM');
  process.once('exit', endWithUs);
  const pieces: string[] = [];
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => pieces.push(text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdin?.end(options.input);
  const said = (): string => `postern ${args.join(' ')}\n${pieces.join('')}\n${stderr}`;
  const closed = once(child, 'close').then(([exitCode]: (number | null)[]): CommandEnd => {
    process.off('exit', endWithUs);
    return { exitCode: exitCode ?? null, stdout: pieces.join(''), stderr };
  });

  return {
    pid: pidOf(child),
    pieces,
    stderr: () => stderr,
    prints: (pattern) =>
      new Promise((found, failed) => {
        const look = (): void => {
          const match = pattern.exec(pieces.join(''));
          if (match === null) return;
          clearTimeout(timer);
          child.stdout?.off('data', look);
          found(match[1] ?? match[0]);
        };
        const fail = (why: string) => failed(new Error(`${pattern} was not printed: ${why}\n${said()}`));
        const timer = setTimeout(() => fail('too slow'), patienceMs);
        child.stdout?.on('data', look);
        look();
        void closed.then(() => {
          clearTimeout(timer);
          fail('it ended');
        });
      }),
    send: (signal) => void child.kill(signal),
    ended: async () => {
      let slow = false;
      const timer = setTimeout(() => {
        slow = true;
        child.kill('SIGKILL');
      }, patienceMs);
      const end = await closed;
      clearTimeout(timer);
      if (slow) throw new Error(`did not end:\n${said()}`);
      return end;
    },
  };
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error('the command could not be started');
  return child.pid;
}
