import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Secret } from '@postern/sidecar';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { json } from '../../../client/test/scripted-sidecar.ts';
import { signedIn } from '../../test/answers.ts';
import { type CommandWorld, createCommandWorld } from '../../test/command-world.ts';
import { createMemorySidecar, type MemorySidecar } from '../../test/memory-sidecar.ts';

const storeOf = ({ dataDir }: CommandWorld): string => join(dataDir, 'postern.db');
let world: CommandWorld;
let sidecar: MemorySidecar;
beforeEach(async () => {
  world = await createCommandWorld();
  sidecar = createMemorySidecar();
  writeFileSync(storeOf(world), '');
});
afterEach(() => world.close());

describe('postern token', () => {
  it('prints the token and nothing else, from the store, without a sidecar', async () => {
    const { exitCode, stdout, stderr } = await world.run(['token'], { sidecar });
    expect([exitCode, stdout, stderr]).toEqual([0, 'access-1\n', '']);
    expect(sidecar.opens).toEqual([{ mode: 'live', dataDir: world.dataDir, store: null }]);
    expect(sidecar.stillOpen()).toBe(0);
  });

  it('prints instant and scopes with --json', async () => {
    const { stdout } = await world.run(['token', '--json'], { sidecar });
    expect(JSON.parse(stdout)).toEqual({
      accessToken: 'access-1',
      expiresAt: new Date(sidecar.token.expiresAtMs).toISOString(),
      scopes: ['user:inference'],
    });
  });

  it('is of the sign-in that is meant where none is named', async () => {
    sidecar.firstSignIn = 'oauth:work';
    await world.run(['token'], { sidecar });
    await world.run(['token', '--credential', 'home'], { sidecar });
    expect(sidecar.tokensOf).toEqual(['oauth:work', 'oauth:home']);
  });

  it('refuses a terminal without --force', async () => {
    const refused = await world.run(['token'], { sidecar, stdoutIsTerminal: true });
    expect([refused.exitCode, refused.stdout]).toEqual([64, '']);
    expect(sidecar.opens).toEqual([]);
    const forced = await world.run(['token', '--force'], { sidecar, stdoutIsTerminal: true });
    expect([forced.exitCode, forced.stdout]).toEqual([0, 'access-1\n']);
  });

  it('says so on stderr when the server grants less than was asked for', async () => {
    const { exitCode, stdout, stderr } = await world.run(['token', '--min-valid', '7200'], { sidecar });
    expect([exitCode, stdout]).toEqual([0, 'access-1\n']);
    expect(stderr).toMatch(/good for 3\d{3} s, not 7200 s/);
  });

  it('prints no token that is of no use without the key that stays here', async () => {
    sidecar.token = { ...sidecar.token, proofKey: new Secret('the key') };
    const { exitCode, stdout, stderr } = await world.run(['token'], { sidecar });
    expect([exitCode, stdout]).toEqual([69, '']);
    expect(stderr).toContain('postern run');
  });

  it('never prints a token that has ended', async () => {
    sidecar.token = { ...sidecar.token, expiresAtMs: Date.now() - 1 };
    const { exitCode, stdout } = await world.run(['token', '--min-valid', '0'], { sidecar });
    expect([exitCode, stdout]).toEqual([69, '']);
  });

  it('exits 69 where the sign-in is in memory, here or in the running sidecar', async () => {
    const store = { ...signedIn.store, kind: 'memory', persisted: false } as const;
    sidecar.status = { ...signedIn, store };
    const alone = await world.run(['token'], { sidecar });
    expect([alone.exitCode, alone.stderr]).toEqual([69, expect.stringContaining('Postern is not running')]);
    const named = await world.run(['token', '--store', 'memory'], { sidecar });
    expect([named.exitCode, named.stderr]).toEqual([69, expect.stringContaining('Postern is not running')]);
    expect(sidecar.stillOpen()).toBe(0);
    world.recordSidecar();
    world.sidecar.on('GET /auth/anthropic/status', json({ ...signedIn, store }));
    const running = await world.run(['token']);
    expect([running.exitCode, running.stderr]).toEqual([
      69,
      expect.stringContaining('lives in the memory of the running Postern'),
    ]);
  });

  it('opens and creates nothing where nothing was ever kept', async () => {
    rmSync(storeOf(world));
    const { exitCode, stderr } = await world.run(['token'], { sidecar });
    expect([exitCode, stderr]).toEqual([77, expect.stringContaining('not signed in')]);
    expect(sidecar.opens).toEqual([]);
  });

  it('opens the store that the running sidecar uses', async () => {
    world.recordSidecar();
    world.sidecar.on('GET /auth/anthropic/status', json(signedIn));
    expect((await world.run(['token'], { sidecar })).stdout).toBe('access-1\n');
    expect(sidecar.opens[0]?.store).toBe('os_keychain');
  });

  it('takes a whole number of seconds only', async () => {
    for (const seconds of ['-1', '1.5', 'x', ''])
      expect((await world.run(['token', '--min-valid', seconds], { sidecar })).exitCode).toBe(64);
  });
});
