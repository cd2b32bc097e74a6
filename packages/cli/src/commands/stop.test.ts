import { spawn } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type CommandWorld, createCommandWorld } from '../../test/command-world.ts';
import { isAlive } from '../sidecar-record.ts';

let world: CommandWorld;
beforeEach(async () => {
  world = await createCommandWorld();
});
afterEach(() => world.close());

describe('postern stop, while one starts', () => {
  it('ends it by its number at once, and leaves alone what a crash left behind', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    onTestFinished(() => void child.kill('SIGKILL'));
    const path = join(world.dataDir, 'starting.json');
    writeFileSync(path, JSON.stringify({ pid: child.pid }), { mode: 0o600 });
    expect((await world.run(['stop'])).stdout).toBe('Postern is not running.\n');
    expect(isAlive(child.pid ?? 0)).toBe(true);

    const lock = new DatabaseSync(join(world.dataDir, 'instance.db'));
    onTestFinished(() => lock.close());
    lock.exec('BEGIN EXCLUSIVE');
    expect((await world.run(['stop'])).stdout).toBe('Postern has stopped.\n');
    expect(isAlive(child.pid ?? 0)).toBe(false);
  });

  it('believes no file that others could have written', async () => {
    const lock = new DatabaseSync(join(world.dataDir, 'instance.db'));
    onTestFinished(() => lock.close());
    lock.exec('BEGIN EXCLUSIVE');
    const path = join(world.dataDir, 'starting.json');
    writeFileSync(path, JSON.stringify({ pid: 2 ** 30 }));
    chmodSync(path, 0o644);
    const { exitCode, stderr } = await world.run(['stop']);
    expect([exitCode, stderr]).toEqual([78, expect.stringContaining('starting.json')]);
  });
});
