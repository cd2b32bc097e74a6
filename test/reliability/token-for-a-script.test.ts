/** `postern token`, as a script uses it: docs/spec/contract.md#command-line. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Secret } from '../../packages/sidecar/src/secret/index.ts';
import { openStore } from '../../packages/sidecar/src/store/index.ts';
import {
  asked,
  freshSignIn,
  isServed,
  openWorld,
  passphrase,
  refreshesSent,
  signIn,
  type World,
  waitUntil,
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

/** Makes the stored access token one that ended an hour ago, as time does. */
async function expireStored(dataDir: string): Promise<void> {
  const store = await openStore({
    dataDir,
    kind: 'passphrase_file',
    passphrase: async () => new Secret(passphrase),
    clock: Date.now,
    log: () => undefined,
  });
  await store.signIns.update('oauth:default', ({ tokens, ...record }) => ({
    ...record,
    tokens: tokens && { ...tokens, issuedAtMs: Date.now() - 7_200_000, expiresAtMs: Date.now() - 3_600_000 },
  }));
  await store.close();
}

/** The warm and busy programs that a sidecar has written down as its own. */
/** Programs that wait for a prompt; the one that is asked about the deny rules at the start leaves by itself. */
function childrenOf(dataDir: string): readonly number[] {
  type File = { readonly children: readonly { readonly pid: number }[] };
  return readdirSync(dataDir)
    .filter((name) => /^children-\d+\.json$/.test(name))
    .map((name) => JSON.parse(readFileSync(join(dataDir, name), 'utf8')) as File)
    .flatMap(({ children }) => children.map(({ pid }) => pid))
    .filter((pid) => commandOf(pid).includes('--permission-prompt-tool'));
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** What holds with and without a sidecar. */
async function expectGoodTokens(): Promise<void> {
  const before = (await refreshesSent(world)).length;
  const first = await token();
  expect([first.exitCode, first.stderr, await isGood(first)]).toEqual([0, '', true]);
  expect(first.stdout).toMatch(/^\S+\n$/);
  // Granted for 900 s: fewer are left, so it is renewed, once.
  const second = await token('--min-valid', '900');
  expect([second.exitCode, await isGood(second)]).toEqual([0, true]);
  expect(second.stdout).not.toBe(first.stdout);
  // A token that nobody grants for so long is printed while it is fresh, and said.
  const third = await token('--min-valid', '7200');
  expect([third.exitCode, third.stdout]).toEqual([0, second.stdout]);
  expect(third.stderr).toMatch(/not 7200 s/);
  expect((await refreshesSent(world)).length).toBe(before + 1);
}

describe('postern token beside a running sidecar', () => {
  beforeEach(() => freshSignIn(world));

  it('prints a good token and nothing else, renewed where it has to be, and leaves the sidecar’s children alone', async () => {
    await waitUntil(() => childrenOf(world.dataDir).length > 0);
    const children = childrenOf(world.dataDir);
    await expectGoodTokens();
    expect(children.filter((pid) => !isAlive(pid))).toEqual([]);
    expect(childrenOf(world.dataDir)).toEqual(children);
    // The sidecar goes on with what the command stored.
    expect(await isServed(world)).toBe(true);
  });

  it('prints nothing where it cannot be renewed for as long as the script needs', async () => {
    await world.trouble.post('faults', { on: 'token', kind: 'status', status: 503, times: 9 });
    const end = await token('--min-valid', '900');
    expect([end.exitCode, end.stdout]).toEqual([69, '']);
    expect(end.stderr).not.toBe('');
  });

  it('tells instant and scopes with --json', async () => {
    const end = await token('--json');
    const { accessToken, expiresAt, scopes } = JSON.parse(end.stdout) as Record<string, unknown>;
    expect(await isGood({ ...end, stdout: String(accessToken) })).toBe(true);
    expect(Date.parse(String(expiresAt))).toBeGreaterThan(Date.now());
    expect(scopes).toContain('user:inference');
  });

  it('refuses a terminal, unless it is told to', async () => {
    const refused = await runPosternOnTerminal(['token', ...where()], world.environment);
    const forced = await runPosternOnTerminal(['token', '--force', ...where()], world.environment);
    const printed = forced.stdout.trim();
    expect([refused.exitCode, forced.exitCode]).toEqual([64, 0]);
    expect(await isGood({ ...forced, stdout: printed })).toBe(true);
    expect(refused.stdout).not.toContain(printed);
  });
});

describe('postern token where no sidecar runs', () => {
  it('prints a good token and nothing else, renewed where it has to be', async () => {
    await freshSignIn(world);
    await world.sidecar().stop();
    await expectGoodTokens();
  });

  it('is the only command that renews: one that looks does not, and does not wait for a server that is silent', async () => {
    const before = (await refreshesSent(world)).length;
    await expireStored(world.dataDir);
    await world.trouble.post('faults', { on: 'token', kind: 'timeout' });
    const begunAt = performance.now();
    const status = await runPostern(['status', '--json', ...where()], world.environment);
    expect(JSON.parse(status.stdout)).toMatchObject({ state: 'signed_in' });
    expect(performance.now() - begunAt).toBeLessThan(25_000);
    expect((await refreshesSent(world)).length).toBe(before);
    await world.restart();
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
    const end = await token('--min-valid', '900');
    expect([end.exitCode, end.stdout]).toEqual([77, '']);
    expect(await asked(world, 'token:refresh_token')).toBe(1);
  });
});
