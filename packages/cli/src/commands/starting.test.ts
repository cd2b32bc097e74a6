import { spawn } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type CommandWorld, createCommandWorld } from '../../test/command-world.ts';

let world: CommandWorld;
let pid: number;
beforeEach(async () => {
  world = await createCommandWorld();
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  pid = child.pid ?? 0;
});
afterEach(() => world.close());

const startedAt = '2026-11-29T19:02:03.456Z';

function note(file: Readonly<Record<string, unknown>>): string {
  const path = join(world.dataDir, 'starting.json');
  writeFileSync(path, JSON.stringify(file), { mode: 0o600 });
  return path;
}
function hold(): void {
  const lock = new DatabaseSync(join(world.dataDir, 'instance.db'));
  onTestFinished(() => lock.close());
  lock.exec('BEGIN EXCLUSIVE');
}

describe('postern status, while one starts', () => {
  it('says since when, what it waits for and what to do, and exits 3', async () => {
    note({ pid, startedAt, waitsFor: 'keychain' });
    hold();
    const { exitCode, stdout, stderr } = await world.run(['status']);
    expect([exitCode, stderr]).toEqual([3, '']);
    expect(stdout.split('\n')).toEqual([
      `Postern:   starting since 2026-11-29 19:02:03Z, waiting for the keychain (process ${pid})`,
      'Next:      Look for a window of the keychain’s and answer it. To end this start: postern stop',
      '',
    ]);
    const json = await world.run(['status', '--json']);
    expect([json.exitCode, JSON.parse(json.stdout)]).toEqual([
      3,
      {
        usable: 'unreachable',
        running: null,
        starting: { pid, startedAt, waitsFor: 'keychain', dataDir: world.dataDir },
      },
    ]);
  });

  it('says so of a passphrase, and of a start that waits for nothing', async () => {
    hold();
    note({ pid, startedAt, waitsFor: 'passphrase' });
    expect((await world.run(['status'])).stdout).toMatch(
      /waiting for the passphrase.*\n.*Type the passphrase/,
    );
    note({ pid, startedAt: 'yesterday', waitsFor: 'rain' });
    expect((await world.run(['status'])).stdout).toBe(
      `Postern:   starting (process ${pid})\nNext:      Ask again in a moment. To end this start: postern stop\n`,
    );
  });

  it('says nothing of what a crash left behind, and believes no file that others could have written', async () => {
    const path = note({ pid, startedAt, waitsFor: 'keychain' });
    const crashed = await world.run(['status', '--store', 'memory']);
    expect([crashed.exitCode, crashed.stdout, crashed.stderr]).toEqual([
      3,
      '',
      expect.stringContaining('Postern is not running'),
    ]);
    hold();
    note({ pid: 2 ** 30, startedAt, waitsFor: 'keychain' });
    expect((await world.run(['status', '--store', 'memory'])).stdout).toBe('');
    chmodSync(path, 0o644);
    expect((await world.run(['status'])).stderr).toContain('starting.json');
  });
});
