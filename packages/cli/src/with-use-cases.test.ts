import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { json, stream } from '../../client/test/scripted-sidecar.ts';
import { type CommandWorld, createCommandWorld } from '../test/command-world.ts';

let world: CommandWorld;
beforeEach(async () => {
  world = await createCommandWorld();
  world.recordSidecar();
});
afterEach(() => world.close());

const health = (mode: 'live' | 'sandbox') => json({ status: 'ok', version: '9.9.9', mode, missing: [] });
const urls = () => new Set(world.sidecar.requests.map(({ url }) => url));

describe('a command that names the sandbox or the real services', () => {
  const commands = [
    ['ask', 'Hello'],
    ['run', '--', process.execPath, '-e', ''],
    ['token', '--force'],
    ['key', 'clear'],
    ['trust'],
    ['open', '--print'],
    ['launch'],
  ];

  it.each(commands)('does nothing by a Postern of the other: %s', async (...command) => {
    for (const [asked, runs] of [
      ['sandbox', 'live'],
      ['live', 'sandbox'],
    ] as const) {
      world.sidecar.on('GET /health', health(runs));
      const { exitCode, stdout, stderr } = await world.run([`--${asked}`, ...command]);
      expect([exitCode, stdout, urls()]).toEqual([69, '', new Set(['/health'])]);
      expect(stderr).toContain(
        `A Postern with --${runs} runs in ${world.dataDir}, and --${asked} was asked for.`,
      );
    }
  });

  it('cannot reach it, says its status', async () => {
    const { exitCode, stderr } = await world.run(['--sandbox', 'status']);
    expect([exitCode, stderr]).toEqual([3, expect.stringContaining('--sandbox was asked for')]);
  });

  it('uses the one that runs where it is the same, and any where neither was named', async () => {
    world.sidecar.on('POST /query', stream([]));
    world.sidecar.on('GET /health', health('sandbox'));
    await world.run(['--sandbox', 'ask', 'Hello']);
    await world.run(['ask', 'Hello']);
    expect(world.sidecar.requests.filter(({ url }) => url === '/query')).toHaveLength(2);
  });

  it('refuses one that was started there meanwhile', async () => {
    const file = join(world.dataDir, 'sidecar.json');
    const text = readFileSync(file, 'utf8');
    rmSync(file);
    const wins = `require('fs').writeFileSync(${JSON.stringify(file)}, ${JSON.stringify(text)}, { mode: 0o600 })`;
    const selfCommand = [process.execPath, '-e', wins, '--'];
    const argv = ['--sandbox', 'run', '--', process.execPath, '-e', ''];
    const { exitCode, stderr } = await world.run(argv, { selfCommand });
    expect([exitCode, stderr]).toEqual([69, expect.stringContaining('--sandbox was asked for')]);
    expect(urls()).toEqual(new Set(['/health']));
  });

  it('stops whichever runs', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    onTestFinished(() => void child.kill('SIGKILL'));
    world.recordSidecar({ pid: child.pid });
    world.sidecar.on('POST /stop', (response, request) => {
      child.kill();
      void json({ done: true })(response, request);
    });
    expect((await world.run(['--sandbox', 'stop'])).stdout).toBe('Postern has stopped.\n');
  });
});
