import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { createPosternClient, type PosternClient } from '@postern/client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { posternUnderTest } from '../postern-under-test.ts';
import { createHousehold, type Household } from './harness/create-household.ts';
import { readSidecarFile } from './harness/read-sidecar-file.ts';
import { waitUntil } from './harness/wait-until.ts';

interface Started {
  readonly child: ChildProcess;
  readonly household: Household;
  readonly pid: number;
  readonly client: PosternClient;
}

/** Starts the sandbox by `program` (which gets Node's command line after `args`), and waits until it answers. */
async function startedBy(
  [program, ...args]: readonly [string, ...string[]],
  stdio: ('ignore' | 'pipe' | number)[],
): Promise<Started> {
  const household = createHousehold();
  const node = [
    process.execPath,
    posternUnderTest,
    'start',
    '--sandbox',
    '--json',
    '--no-open',
    '--port',
    '0',
  ];
  const child = spawn(program, [...args, ...node, '--data-dir', household.dataDir], {
    cwd: household.workspace,
    env: { PATH: process.env['PATH'], HOME: household.homeDir, POSTERN_LOG: 'debug' },
    stdio,
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await household.close();
  });
  await waitUntil('it says where it is', () => readSidecarFile(household.dataDir) !== null);
  const file = readSidecarFile(household.dataDir);
  if (file === null) throw new Error('its file is gone');
  const client = createPosternClient({ baseUrl: file.url, token: file.token });
  return { child, household, pid: file.pid, client };
}

/** Every request is a line in the log. */
async function makeItLog(client: PosternClient, lines: number): Promise<void> {
  for (let count = 0; count < lines; count += 1) expect((await client.health()).mode).toBe('sandbox');
}

async function endOf({ child }: Started): Promise<number | null> {
  if (child.exitCode === null) await once(child, 'exit');
  return child.exitCode;
}

describe('whoever reads its output', () => {
  it('goes away: the sidecar lives on, and stops when it is asked to', async () => {
    const started = await startedBy(['env'], ['ignore', 'pipe', 'pipe']);
    started.child.stdout?.destroy();
    started.child.stderr?.destroy();
    await makeItLog(started.client, 20);
    expect((await started.client.settings()).theme).toBe('system');
    expect((await started.household.run(['stop'])).stdout).toBe('Postern has stopped.\n');
    expect(await endOf(started)).toBe(0);
  });

  it('has a full disk: the sidecar lives on', async () => {
    const full = openSync('/dev/full', 'w');
    const started = await startedBy(['env'], ['ignore', 'ignore', full]);
    await makeItLog(started.client, 20);
    started.child.kill('SIGTERM');
    expect(await endOf(started)).toBe(0);
  });

  it('stops reading: the sidecar answers, and ends without waiting for it', async () => {
    const started = await startedBy(['env'], ['ignore', 'pipe', 'pipe']);
    // More than a pipe holds (64 KiB on Linux).
    await makeItLog(started.client, 2_000);
    expect(started.child.stderr?.readableLength).toBeLessThan(128 * 1024);
    started.child.kill('SIGTERM');
    expect(await endOf(started)).toBe(0);
  });
});

describe('SIGHUP', () => {
  it('does not end what nohup started', async () => {
    const started = await startedBy(['nohup'], ['ignore', 'pipe', 'pipe']);
    process.kill(started.pid, 'SIGHUP');
    await makeItLog(started.client, 20);
    started.child.kill('SIGTERM');
    expect(await endOf(started)).toBe(0);
  });

  it('does not end what a script that ignores it started, in a terminal or not', async () => {
    const ignoring = ['sh', '-c', 'trap "" HUP; "$0" "$@"; exit $?'] as const;
    for (const ways of [ignoring, inTerminal(ignoring)]) {
      const started = await startedBy(ways, ['pipe', 'pipe', 'pipe']);
      process.kill(started.pid, 'SIGHUP');
      await makeItLog(started.client, 20);
      process.kill(started.pid, 'SIGTERM');
      expect(await endOf(started)).toBe(0);
    }
  });

  it('ends what was started in the terminal that is gone', async () => {
    const started = await startedBy(inTerminal(['env']), ['pipe', 'pipe', 'pipe']);
    process.kill(started.pid, 'SIGHUP');
    expect(await endOf(started)).toBe(0);
  });
});

/** The same in a terminal of its own. Source: script(1) of util-linux; -e gives the exit code of what ran. */
function inTerminal(command: readonly string[]): readonly [string, ...string[]] {
  const quoted = command.map((word) => `'${word}'`).join(' ');
  return [
    'sh',
    '-c',
    `exec script -qec "${quoted.replaceAll('"', '\\"').replaceAll('$', '\\$')} $*" /dev/null`,
    'sh',
  ];
}
