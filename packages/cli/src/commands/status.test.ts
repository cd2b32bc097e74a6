import { existsSync, readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { json, problem } from '../../../client/test/scripted-sidecar.ts';
import { credentialView, signedIn, signedOut } from '../../test/answers.ts';
import { type CommandWorld, createCommandWorld } from '../../test/command-world.ts';
import { createMemorySidecar } from '../../test/memory-sidecar.ts';
import { usability } from '../usability.ts';

let world: CommandWorld;
beforeEach(async () => {
  world = await createCommandWorld();
  world.recordSidecar();
  world.sidecar.on('GET /credentials', json({ items: [], next: null }));
});
afterEach(() => world.close());

describe('usability', () => {
  const ended = { ...signedOut, state: 'reauthorization_required' } as const;
  const endedSignIn = credentialView('oauth', 'reauthorization_required');
  const since = '2026-11-23T10:00:00.000Z';
  const active = { payer: 'somebody', since, reason: 'reauthorization_required' };
  const onKey = { ...active, id: 'api_key:default', kind: 'api_key' } as const;
  const onEnded = { ...active, id: 'oauth:default', kind: 'oauth' } as const;
  const locked = { ...signedOut, store: { ...signedOut.store, healthy: false } };
  it.each([
    ['usable', signedIn, []],
    ['usable', { ...ended, activeCredential: onKey }, [endedSignIn, credentialView('api_key', 'active')]],
    // The user is asked first: the one that comes first is named.
    ['usable', { ...ended, activeCredential: onEnded }, [endedSignIn, credentialView('api_key', 'active')]],
    // Nothing may take over.
    ['needsUser', ended, [endedSignIn, credentialView('api_key', 'active')]],
    [
      'signedOut',
      signedOut,
      [credentialView('oauth', 'absent'), credentialView('api_key', 'not_configured')],
    ],
    ['needsUser', ended, [endedSignIn]],
    ['needsUser', signedOut, [credentialView('api_key', 'rejected')]],
    ['needsUser', locked, []],
  ] as const)('is %s', (word, auth, credentials) => {
    expect(usability(auth, credentials)).toBe(word);
  });
});

describe('postern status', () => {
  it('says who pays and exits 0 when a credential works', async () => {
    world.sidecar.on('GET /auth/anthropic/status', json(signedIn));
    world.sidecar.on('GET /credentials', json({ items: [credentialView('oauth', 'active')], next: null }));
    const { exitCode, stdout, stderr } = await world.run(['status']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Signed in (ada@example.org)');
    expect(stdout).toContain('Paid by: Your sign-in’s plan');
    expect(stderr).toBe('');
    expect(world.sidecar.requests.at(-1)?.headers.authorization).toBe('Bearer token-of-this-launch');
  });

  it('says soon of a sign-in that can still be used, and not of one that has ended', async () => {
    const soon = { ...signedIn, expiresSoon: true };
    world.sidecar.on(
      'GET /auth/anthropic/status',
      json(soon),
      json({ ...soon, state: 'reauthorization_required' }),
    );
    expect((await world.run(['status'])).stdout).toMatch(/^Expires:.*, soon$/m);
    expect((await world.run(['status'])).stdout).not.toContain('soon');
  });

  it('says of a sign-in that no call was tried with yet', async () => {
    world.sidecar.on('GET /auth/anthropic/status', json({ ...signedIn, connected: false }));
    expect((await world.run(['status'])).stdout).toContain('Sign-in:   Signed in, not tried yet');
  });

  it('says which plan windows are nearly used up, with the age of the reading', async () => {
    world.sidecar.on('GET /auth/anthropic/status', json(signedIn));
    const window = (name: string, utilization: number, resetsAt: string) => ({
      ...{ credentialId: 'claude_code:default', window: name, utilization, resetsAt },
      ...{ status: 'allowed', seenAt: '2026-11-23T10:00:00.000Z', ageSeconds: 300 },
    });
    const later = '2999-01-01T00:00:00.000Z';
    const windows = [
      window('five_hour', 0.79, later),
      window('seven_day', 0.834, later),
      window('seven_day_opus', 1, later),
      window('seven_day_sonnet', 0.9, '2026-01-01T00:00:00.000Z'),
    ];
    world.sidecar.on('GET /usage', json({ windows }));
    const { stdout } = await world.run(['status']);
    expect(stdout.split('\n').filter((line) => line.startsWith('Plan:'))).toEqual([
      'Plan:      83 % of the 7-day window of claude_code:default is used. It resets at 2999-01-01 00:00:00Z. Seen 5 min ago.',
      'Plan:      The 7-day window for Opus of claude_code:default is used up. It resets at 2999-01-01 00:00:00Z. Seen 5 min ago.',
    ]);
  });

  it('looks at each Claude Code login again before it lists them', async () => {
    const activeCredential = {
      ...{ id: 'claude_code:work', kind: 'claude_code', payer: 'Your Claude plan' },
      ...{ since: '2026-11-23T10:00:00.000Z', reason: 'preferred' },
    };
    world.sidecar.on('GET /auth/anthropic/status', json({ ...signedOut, activeCredential }));
    const login = (status: 'active' | 'absent') => ({
      ...credentialView('claude_code', status),
      id: 'claude_code:work',
    });
    world.sidecar.on(
      'GET /credentials',
      json({ items: [login('absent')], next: null }),
      json({ items: [login('active')], next: null }),
    );
    const { exitCode } = await world.run(['status']);
    expect(exitCode).toBe(0);
    const asked = world.sidecar.requests.map(({ url }) => url);
    expect(asked.filter((url) => url?.includes('claude-code'))).toEqual([
      '/auth/claude-code/status?credential=claude_code%3Awork',
    ]);
  });

  it('exits 1 when nobody is signed in, 2 when a person is needed', async () => {
    world.sidecar.on(
      'GET /auth/anthropic/status',
      json(signedOut),
      json({ ...signedOut, state: 'misconfigured' }),
    );
    expect((await world.run(['status'])).exitCode).toBe(1);
    expect((await world.run(['status'])).exitCode).toBe(2);
  });

  it('exits 1 when no Postern runs and nothing is kept, and makes nothing by looking', async () => {
    const sidecar = Object.assign(createMemorySidecar(), { status: signedOut });
    for (const record of [{ pid: 2 ** 30 }, { url: 'http://127.0.0.1:1' }]) {
      world.recordSidecar(record);
      const { exitCode, stdout, stderr } = await world.run(['status'], { sidecar });
      expect([exitCode, stderr]).toEqual([1, '']);
      expect(stdout).toContain('Not signed in');
      expect(stdout).toContain('Nothing is stored yet.');
    }
    expect(readdirSync(world.dataDir)).toEqual(['sidecar.json']);
    expect(sidecar.opens.map(({ dataDir, store }) => [existsSync(dataDir ?? '.'), store])).toEqual([
      [false, 'memory'],
      [false, 'memory'],
    ]);
    expect(sidecar.stillOpen()).toBe(0);
  });

  it('exits 3 when what is asked for is in a running Postern only, and none is found', async () => {
    world.recordSidecar({ pid: 2 ** 30 });
    for (const where of [['--store', 'memory'], ['--sandbox']]) {
      const { exitCode, stderr } = await world.run(['status', ...where]);
      expect(exitCode).toBe(3);
      expect(stderr).toBe('postern: Postern is not running.\n  Start it with postern start.\n');
    }
  });

  it('prints one JSON line with --json, before or after the command', async () => {
    world.sidecar.on('GET /auth/anthropic/status', json(signedIn));
    for (const argv of [
      ['status', '--json'],
      ['--json', 'status'],
    ]) {
      const { stdout } = await world.run(argv);
      expect(JSON.parse(stdout)).toMatchObject({
        usable: true,
        state: 'signed_in',
        running: { version: '9.9.9' },
      });
      expect(stdout.trim().split('\n')).toHaveLength(1);
    }
  });

  it('prints a JSON error with --json', async () => {
    world.sidecar.on('GET /auth/anthropic/status', problem('unauthorized'));
    const { exitCode, stdout, stderr } = await world.run(['status', '--json']);
    expect(exitCode).toBe(77);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'unauthorized', retryable: false } });
    expect(stderr).toBe('');
  });

  it.each(['credential_store_locked', 'passphrase_missing', 'passphrase_wrong'] as const)(
    'says by its exit code that the user must act: %s',
    async (code) => {
      world.sidecar.on('GET /auth/anthropic/status', problem(code));
      const { exitCode, stdout } = await world.run(['status', '--json']);
      expect([exitCode, JSON.parse(stdout).error.code]).toEqual([2, code]);
    },
  );

  it('says that it is the sandbox', async () => {
    world.sidecar.on('GET /health', json({ status: 'ok', version: '9.9.9', mode: 'sandbox', missing: [] }));
    world.sidecar.on('GET /auth/anthropic/status', json(signedIn));
    const { stdout, stderr } = await world.run(['status']);
    expect(stdout).toMatch(/^Sandbox: no real account, no cost\nPostern: /);
    expect(stderr).toBe('');
  });

  it('does not let what a server wrote steer the terminal', async () => {
    const account = { email: 'ada@example.org\u001b]0;owned\u0007\u202e', organization: null };
    world.sidecar.on('GET /auth/anthropic/status', json({ ...signedIn, account }));
    expect((await world.run(['status'])).stdout).toContain('(ada@example.org]0;owned)');
  });
});

describe('finding the sidecar', () => {
  it('refuses a file that others could have written, and sends nothing', async () => {
    await world.close();
    world = await createCommandWorld();
    world.recordSidecar({}, 0o644);
    const { exitCode, stderr } = await world.run(['status']);
    expect(exitCode).toBe(78);
    expect(stderr).toContain('mode 0600');
    expect(world.sidecar.requests).toHaveLength(0);
  });

  it('sends the token nowhere but to this machine', async () => {
    for (const url of [
      'http://example.org:80',
      'http://127.0.0.1:80@example.org',
      'https://127.0.0.1:1',
      'file:///',
    ])
      await expectNotRunning({ url });
  });

  it('takes a file that is no sidecar’s for none', async () => {
    for (const file of [{ token: '' }, { pid: 'x' }, { pid: -1 }, { version: 7 }])
      await expectNotRunning(file);
  });

  async function expectNotRunning(file: Readonly<Record<string, unknown>>): Promise<void> {
    world.recordSidecar(file);
    expect((await world.run(['stop'])).stdout).toBe('Postern is not running.\n');
    expect(world.sidecar.requests).toHaveLength(0);
  }
});
