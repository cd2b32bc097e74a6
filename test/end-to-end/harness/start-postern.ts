import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPosternClient, type PosternClient } from '@postern/client';
import type { ReadyLine, SidecarFile } from '@postern/contract';
import { createHousehold, type Household } from './create-household.ts';
import type { RunningCommand } from './run-command-line.ts';

/** A Postern that a person started, with the person's folders. */
export interface Postern {
  readonly household: Household;
  readonly ready: ReadyLine;
  /** Milliseconds from the command to its ready line. */
  readonly readyAfterMs: number;
  /** Bearer of this launch, as `sidecar.json` has it. */
  readonly token: string;
  readonly client: PosternClient;
  readonly command: RunningCommand;
  /** Another address for a window; it works once. */
  windowUrl(): Promise<string>;
  /**
   * Ends it as `kill` or Ctrl-C does, and holds it to its word: exit code 0, its file gone, nobody left running.
   * Whatever happens, nothing of it is left behind.
   */
  stop(signal?: 'SIGTERM' | 'SIGINT'): Promise<void>;
}

/** How it is started; default: `--sandbox` on a port by the OS, in folders of its own. */
export interface PosternOptions {
  readonly args?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
  /** Full path of another `postern` than this checkout’s. */
  readonly script?: string;
}

/** Starts Postern by its command, as a person does, and waits for its ready line. */
export async function startPostern(options: PosternOptions = {}): Promise<Postern> {
  const household = createHousehold(options.variables, options.script);
  try {
    return await startPosternIn(household, options.args ?? ['--sandbox', '--port', '0']);
  } catch (error) {
    await household.close();
    throw error;
  }
}

/** Starts it in folders that are there, as after a crash. `stop` removes them. */
export async function startPosternIn(household: Household, args: readonly string[]): Promise<Postern> {
  const startedAt = performance.now();
  const command = household.begin(['start', '--no-open', '--json', ...args]);
  const line = await command.prints(/^.*\n/);
  const readyAfterMs = performance.now() - startedAt;
  assert.match(line, /^\{"event":"ready"/, `${line}${command.stderr()}`);
  const ready = JSON.parse(line) as ReadyLine;
  assert.equal(ready.dataDir, household.dataDir);
  assert.equal(ready.pid, command.pid);
  const sidecarFile = join(household.dataDir, 'sidecar.json');
  const { token } = JSON.parse(readFileSync(sidecarFile, 'utf8')) as SidecarFile;
  const client = createPosternClient({ baseUrl: ready.url, token });
  return {
    household,
    ready,
    readyAfterMs,
    token,
    client,
    command,
    windowUrl: async () => (await client.ticket()).url,
    stop: async (signal = 'SIGTERM') => {
      try {
        command.send(signal);
        const { exitCode, stderr } = await command.ended();
        assert.equal(exitCode, 0, `exit code ${exitCode}\n${stderr}`);
        assert.doesNotMatch(stderr, /"level":"(?:error|fatal)"/, 'an error was logged');
        assert.ok(!existsSync(sidecarFile), 'sidecar.json is still there');
        assert.deepEqual(household.processes(), [], 'somebody was left running');
      } finally {
        await household.close();
      }
    },
  };
}
