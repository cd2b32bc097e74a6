/** `postern token`, as a script uses it: contract, section 10. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { processesOf } from '../end-to-end/harness/processes.ts';
import {
  asked,
  freshSignIn,
  openWorld,
  refreshesSent,
  signIn,
  type World,
} from '../faults/harness/open-world.ts';
import { type CommandEnd, runPostern, runPosternOnTerminal } from '../faults/harness/run-postern.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld({ store: 'passphrase_file', accessTokenSeconds: 900, agent: true });
});
afterAll(() => world.close());

const where = (): readonly string[] => ['--live', '--data-dir', world.dataDir, '--store', 'passphrase_file'];
const token = (...more: readonly string[]): Promise<CommandEnd> =>
  runPostern(['token', ...more, ...where()], world.environment);

/** Whether the service takes what was printed. */
async function isGood({ stdout }: CommandEnd): Promise<boolean> {
  const response = await fetch(`${world.sandbox.apiBaseUrl}/v1/models`, {
    headers: { authorization: `Bearer ${stdout.trim()}`, 'anthropic-version': '2023-06-01' },
  });
  return response.ok;
}

describe.each([
  ['beside a running sidecar', true],
  ['where none runs', false],
])('postern token %s', (_name, runs) => {
  beforeAll(async () => {
    if (!runs) await world.sidecar().stop();
  });
  beforeEach(async () => {
    if (runs) await freshSignIn(world);
  });
  afterAll(async () => {
    if (!runs) await world.restart();
  });

  it('prints a good token and nothing else, and leaves everything as it was', async () => {
    const children = processesOf(world.root).map(({ pid }) => pid);
    const end = await token();
    expect([end.exitCode, end.stderr]).toEqual([0, '']);
    expect(end.stdout).toMatch(/^\S+\n$/);
    expect(await isGood(end)).toBe(true);
    // A sidecar's own children, warm ones and busy ones, live on.
    expect(processesOf(world.root).map(({ pid }) => pid)).toEqual(expect.arrayContaining(children));
    expect((await token()).stdout).toBe(end.stdout);
  });

  it('renews first where fewer seconds are left than the script needs, once', async () => {
    const before = (await refreshesSent(world)).length;
    const first = await token();
    // Granted for 900 s: 899 are left.
    const second = await token('--min-valid', '899');
    expect([second.exitCode, await isGood(second)]).toEqual([0, true]);
    expect(second.stdout).not.toBe(first.stdout);
    expect((await refreshesSent(world)).length).toBe(before + 1);
    // A token that nobody grants for so long is printed while it is fresh, and said.
    const third = await token('--min-valid', '7200');
    expect([third.exitCode, third.stdout]).toEqual([0, second.stdout]);
    expect(third.stderr).toMatch(/not 7200 s/);
    expect((await refreshesSent(world)).length).toBe(before + 1);
  });

  it('prints nothing where it cannot be renewed for as long as the script needs', async () => {
    await world.trouble.post('faults', { on: 'token', kind: 'status', status: 503, times: 9 });
    const end = await token('--min-valid', '899');
    expect([end.exitCode, end.stdout]).toEqual([69, '']);
    expect(end.stderr).not.toBe('');
    await world.trouble.post('faults', { on: 'token', kind: 'clear' });
  });

  it('says where it went: instant and scopes with --json', async () => {
    const end = await token('--json');
    const { accessToken, expiresAt, scopes } = JSON.parse(end.stdout) as Record<string, unknown>;
    expect(await isGood({ ...end, stdout: String(accessToken) })).toBe(true);
    expect(Date.parse(String(expiresAt))).toBeGreaterThan(Date.now());
    expect(scopes).toContain('user:inference');
  });

  it('refuses a terminal, unless it is told to', async () => {
    const refused = await runPosternOnTerminal(['token', ...where()], world.environment);
    expect(refused.exitCode).toBe(64);
    const printed = await token();
    expect(refused.stdout).not.toContain(printed.stdout.trim());
    const forced = await runPosternOnTerminal(['token', '--force', ...where()], world.environment);
    expect([forced.exitCode, forced.stdout.includes(printed.stdout.trim())]).toEqual([0, true]);
  });
});

describe('postern token where there is nothing to print', () => {
  it('exits 69 where the store is in memory, in the running sidecar or here', async () => {
    const memory = await openWorld();
    try {
      await signIn(memory.sidecar());
      const args = ['token', '--live', '--data-dir', memory.dataDir];
      const beside = await runPostern(args, memory.environment);
      expect([beside.exitCode, beside.stdout]).toEqual([69, '']);
      await memory.sidecar().stop();
      const alone = await runPostern([...args, '--store', 'memory'], memory.environment);
      expect([alone.exitCode, alone.stdout]).toEqual([69, '']);
      await memory.restart();
    } finally {
      await memory.close();
    }
  });

  it('exits 77 where nobody is signed in, and never prints a token that was signed out', async () => {
    await freshSignIn(world);
    await world.sidecar().call('POST', '/auth/anthropic/logout');
    const end = await token();
    expect([end.exitCode, end.stdout]).toEqual([77, '']);
  });

  it('exits 77 where a person has to sign in again', async () => {
    await freshSignIn(world);
    await world.trouble.post('faults', { on: 'token', kind: 'invalid_grant' });
    const end = await token('--min-valid', '899');
    expect([end.exitCode, end.stdout]).toEqual([77, '']);
    expect(await asked(world, 'token:refresh_token')).toBe(1);
  });
});
