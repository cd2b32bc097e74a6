import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ProcessSeen, processesOf } from './processes.ts';
import { type CommandEnd, type RunningCommand, runCommandLine } from './run-command-line.ts';

/** A person's folders and environment, made for one test and gone afterwards: nothing of this machine's is touched. */
export interface Household {
  readonly dataDir: string;
  readonly homeDir: string;
  readonly workspace: string;
  /** Starts `postern <args> --data-dir <its own>`. */
  begin(args: readonly string[], input?: string): RunningCommand;
  /** The same, to its end. */
  run(args: readonly string[], input?: string): Promise<CommandEnd>;
  /** What runs on behalf of this household now. */
  processes(): readonly ProcessSeen[];
  /** Ends what still runs and removes the folders. */
  close(): Promise<void>;
}

/**
 * @param variables more environment variables for every command, such as `POSTERN_OAUTH_ISSUER`
 * @param script full path of another `postern` that it runs
 */
export function createHousehold(
  variables: Readonly<Record<string, string>> = {},
  script?: string,
): Household {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'postern-end-to-end-')));
  const [dataDir, homeDir, workspace] = ['data', 'home', 'workspace'].map((name) => join(root, name)) as [
    string,
    string,
    string,
  ];
  for (const folder of [homeDir, workspace]) mkdirSync(folder, { mode: 0o700 });
  const environment = { PATH: process.env['PATH'] ?? '', HOME: homeDir, LANG: 'C.UTF-8', ...variables };
  const begun: RunningCommand[] = [];

  const begin: Household['begin'] = (args, input) => {
    // What follows `--` is another program's.
    const own = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;
    const line = [...own, '--data-dir', dataDir, ...args.slice(own.length)];
    const command = runCommandLine(line, {
      environment,
      cwd: workspace,
      ...(input === undefined ? {} : { input }),
      ...(script === undefined ? {} : { script }),
    });
    begun.push(command);
    return command;
  };
  return {
    dataDir,
    homeDir,
    workspace,
    begin,
    run: (args, input) => begin(args, input).ended(),
    processes: () => processesOf(root),
    close: async () => {
      const running = new Set(processesOf(root).map(({ pid }) => pid));
      for (const command of begun) if (running.has(command.pid)) command.send('SIGTERM');
      await Promise.allSettled(begun.map((command) => command.ended()));
      for (const { pid } of processesOf(root)) kill(pid);
      rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}
