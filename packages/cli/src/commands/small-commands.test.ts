import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { json, problem } from '../../../client/test/scripted-sidecar.ts';
import { signedIn } from '../../test/answers.ts';
import { type CommandWorld, createCommandWorld } from '../../test/command-world.ts';
import { createMemorySidecar } from '../../test/memory-sidecar.ts';

const apiKey = 'sk-ant-api03-abcdefghijklmnop-WXYZ';
let world: CommandWorld;
beforeEach(async () => {
  world = await createCommandWorld();
  world.recordSidecar();
});
afterEach(() => world.close());

const posted = () => world.sidecar.requests.filter((each) => each.method === 'POST').map((each) => each.body);

describe('postern key', () => {
  it('saves a key from a pipe, and shows no more than its end', async () => {
    world.sidecar.on('POST /settings', json({ apiKey: { last4: 'WXYZ' } }));
    const { exitCode, stdout, stderr } = await world.run(['key', 'set'], { stdin: `${apiKey}\n` });
    expect([exitCode, posted()]).toEqual([0, [{ apiKey }]]);
    expect(stdout + stderr).toContain('WXYZ');
    expect(stdout + stderr).not.toContain(apiKey);
  });

  it('does not show what is typed at the prompt', async () => {
    world.sidecar.on('POST /settings', json({ apiKey: { last4: 'WXYZ' } }));
    const { exitCode, stdout, stderr } = await world.run(['key', 'set'], { terminal: [[/API key/, apiKey]] });
    expect([exitCode, posted()]).toEqual([0, [{ apiKey }]]);
    expect(stdout + stderr).not.toContain('sk-ant');
  });

  it('refuses a key on the command line without repeating it', async () => {
    const { exitCode, stdout, stderr } = await world.run(['key', 'set', apiKey]);
    expect([exitCode, posted()]).toEqual([64, []]);
    expect(stdout + stderr).not.toContain('sk-ant');
  });

  it('needs one, and says what is wrong with it', async () => {
    expect((await world.run(['key', 'set'])).exitCode).toBe(64);
    const { exitCode, stderr } = await world.run(['key', 'set'], { stdin: 'not a key' });
    expect(exitCode).toBe(64);
    expect(stderr).toContain('That setting is not valid');
    expect(stderr).toContain('An API key begins with sk-ant-api');
  });

  it('removes it', async () => {
    world.sidecar.on('POST /settings', json({ apiKey: null }));
    expect((await world.run(['key', 'clear', '--json'])).stdout).toBe('{"apiKey":null}\n');
    expect(posted()).toEqual([{ apiKey: null }]);
  });
});

describe('postern logout and refresh', () => {
  it('says how the revocation went', async () => {
    const answer = (revocation: string) => json({ state: 'signed_out', revocation });
    world.sidecar.on('POST /auth/anthropic/logout', answer('done'), answer('pending'));
    expect((await world.run(['logout'])).stdout).toBe('Signed out here and at the server.\n');
    expect((await world.run(['logout'])).stdout).toContain('retries automatically');
  });

  it('promises no second try where no sidecar lives on to make it', async () => {
    const alone = await createCommandWorld();
    try {
      writeFileSync(join(alone.dataDir, 'postern.db'), '');
      const { exitCode, stdout } = await alone.run(['logout'], { sidecar: createMemorySidecar() });
      expect(exitCode).toBe(0);
      expect(stdout).toContain('there will be no retry');
      expect(stdout).not.toContain('automatically');
    } finally {
      await alone.close();
    }
  });

  it('exits by what the refresh met', async () => {
    world.sidecar.on(
      'POST /auth/anthropic/refresh',
      json(signedIn),
      problem('refresh_uncertain'),
      problem('not_signed_in'),
    );
    expect((await world.run(['refresh'])).stdout).toBe('Renewed. Good until 2026-11-23 18:00:00Z.\n');
    expect((await world.run(['refresh'])).exitCode).toBe(69);
    expect((await world.run(['refresh'])).exitCode).toBe(77);
  });
});

describe('postern open and stop', () => {
  const ticket = { url: 'http://127.0.0.1:8765/#ticket=one-time', expiresAt: '2026-11-23T10:01:00.000Z' };

  it('prints the address where no window can be opened', async () => {
    world.sidecar.on('POST /session/ticket', json(ticket));
    const { exitCode, stdout } = await world.run(['open'], { platform: 'linux', environment: { PATH: '' } });
    expect([exitCode, stdout]).toEqual([0, `${ticket.url}\n`]);
    const printed = await world.run(['open', '--print', '--json']);
    expect(JSON.parse(printed.stdout)).toEqual({ ...ticket, opened: false });
  });

  it('opens a folder, which the window finds in its address', async () => {
    world.sidecar.on('POST /session/ticket', json(ticket));
    const { stdout } = await world.run(['open', '.', '--print']);
    expect(stdout).toBe(`${ticket.url}&workspace=${encodeURIComponent(world.homeDir)}\n`);
    const missing = await world.run(['open', 'nowhere', '--print']);
    expect([missing.exitCode, missing.stdout]).toEqual([64, '']);
    expect(missing.stderr).toContain('nowhere is not there');
  });

  it('has nothing to open where none runs', async () => {
    world.recordSidecar({ pid: 2 ** 30 });
    expect((await world.run(['open'])).exitCode).toBe(69);
  });

  it('stops it and waits until the process is gone; stopping what does not run is no error', async () => {
    const { spawn } = await import('node:child_process');
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    world.recordSidecar({ pid: child.pid });
    world.sidecar.on('POST /stop', (response, request) => {
      child.kill();
      void json({ done: true })(response, request);
    });
    expect((await world.run(['stop'])).stdout).toBe('Postern has stopped.\n');
    const again = await world.run(['stop', '--json']);
    expect([again.exitCode, again.stdout]).toEqual([0, '{"event":"not_running"}\n']);
  });
});

describe('postern start', () => {
  const sidecar = createMemorySidecar();
  /** What the sidecar was started with. */
  async function startedWith(argv: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    const running = world.start(['start', ...argv], { sidecar, environment });
    await running.printed(/ready/);
    running.interrupt();
    expect((await running.done).exitCode).toBe(0);
    return sidecar.starts.at(-1);
  }

  it('is live unless told otherwise, and the last of --sandbox and --live wins', async () => {
    expect(await startedWith([])).toEqual({
      mode: 'live',
      port: null,
      dataDir: world.dataDir,
      store: null,
      open: true,
      json: false,
    });
    expect((await startedWith(['--sandbox', '--live']))?.mode).toBe('live');
    expect((await startedWith(['--live', '--sandbox']))?.mode).toBe('sandbox');
  });

  it('takes options over variables', async () => {
    const environment = { POSTERN_PORT: '1', POSTERN_STORE: 'memory' };
    expect(await startedWith(['--no-open', '--json'], environment)).toMatchObject({
      port: 1,
      store: 'memory',
      open: false,
    });
    const argv = ['--port', '0', '--store', 'os_keychain', '--data-dir', 'elsewhere'];
    expect(await startedWith(argv, environment)).toMatchObject({
      port: 0,
      store: 'os_keychain',
      dataDir: join(world.homeDir, 'elsewhere'),
    });
  });

  it('uses the convention’s directory, with /sandbox below it in sandbox mode', async () => {
    const environment = { POSTERN_DATA_DIR: '', XDG_DATA_HOME: '/xdg' };
    expect((await startedWith(['--sandbox'], environment))?.dataDir).toBe('/xdg/postern/sandbox');
    expect((await startedWith([], { POSTERN_DATA_DIR: '' }))?.dataDir).toBe(
      join(world.homeDir, '.local/share/postern'),
    );
  });

  it('refuses what means nothing: 64 for an option, 78 for a variable', async () => {
    for (const argv of [
      ['--port', '65536'],
      ['--port', 'x'],
      ['--store', 'shelf'],
      ['--data-dir', ''],
    ])
      expect((await world.run(['start', ...argv], { sidecar })).exitCode).toBe(64);
    for (const environment of [{ POSTERN_PORT: 'x' }, { POSTERN_STORE: 'shelf' }])
      expect((await world.run(['start'], { sidecar, environment })).exitCode).toBe(78);
  });
});

describe('what is printed of the records', () => {
  const credential = { id: 'api_key:default', kind: 'api_key', payer: 'Your API key’s organization' };
  const usage = { inputTokens: 10, outputTokens: 20, cacheReadTokens: 5, cacheWriteTokens: 0 };
  const receipt = {
    id: 'r1',
    at: '2026-11-23T10:00:00.000Z',
    queryId: 'q1',
    conversationId: 'c1',
    model: 'claude-x',
    outcome: 'completed',
    usage,
    costUsd: 0.25,
    durationMs: 1000,
    parts: [{ credential, reason: 'preferred', calls: 1, usage, costUsd: 0.25, covered: false }],
  };

  it('says of a receipt which program with a lease it was, its session, its sub-agents, and which models have no known price', async () => {
    const lease = { leaseId: 'l1', label: 'claude', session: 's-1' };
    const subagents = [{ agentId: 'a1', agentType: null, calls: 2, costUsd: 0.25 }];
    const unknownModels = ['opus-next'];
    const items = [{ ...receipt, lease, subagents, unknownModels }];
    world.sidecar.on('GET /receipts', json({ items, next: null }));
    const { stdout } = await world.run(['receipts']);
    expect(stdout).toContain('claude, session s-1, 1 sub-agent ($0.25)');
    expect(stdout).toContain('no known price, counted as the dearest: opus-next');
  });

  it('lists receipts page by page', async () => {
    world.sidecar.on('GET /receipts', json({ items: [receipt], next: 'r0' }));
    const { stdout } = await world.run(['receipts', '--limit', '1', '--before', 'r2']);
    expect(stdout).toBe(
      '2026-11-23 10:00:00Z  completed  claude-x  15 in  20 out  $0.25  Your API key’s organization\nMore: --before r0\n',
    );
    expect(world.sidecar.requests.at(-1)?.url).toBe('/receipts?before=r2&limit=1');
    expect((await world.run(['receipts', '--limit', '201'])).exitCode).toBe(64);
  });

  it('lists the timeline and the usage', async () => {
    const entry = {
      id: 't1',
      at: receipt.at,
      type: 'signed_out',
      kind: 'oauth',
      code: null,
      text: 'Signed out.',
    };
    world.sidecar.on('GET /timeline', json({ items: [entry], next: null }));
    expect((await world.run(['timeline'])).stdout).toBe('2026-11-23 10:00:00Z  oauth  Signed out.\n');
    const limit = { ...entry, kind: null, text: 'The limit is reached, until 2026-11-23T13:00:00.000Z.' };
    world.sidecar.on('GET /timeline', json({ items: [limit], next: null }));
    expect((await world.run(['timeline'])).stdout).toContain('is reached, until 2026-11-23 13:00:00Z.\n');
    const window = {
      credentialId: 'oauth:default',
      window: 'five_hour',
      utilization: 0.42,
      resetsAt: receipt.at,
      status: 'allowed',
      seenAt: receipt.at,
      ageSeconds: 120,
    };
    const spend = [{ credentialId: 'api_key:default', kind: 'api_key', costUsd: 0.05, covered: false }];
    world.sidecar.on(
      'GET /usage',
      json({
        windows: [window],
        today: spend,
        month: spend,
        byDay: [],
        countedTodayUsd: 0.05,
        capUsdPerDay: 5,
        reservedUsd: 0.4,
        caps: [{ scope: 'month', capUsd: 20, spentUsd: 4.5, reservedUsd: 1.5, leftUsd: 14 }],
      }),
    );
    expect(world.sidecar.requests.some(({ url }) => url === '/usage/refresh')).toBe(false);
    const { stdout } = await world.run(['usage']);
    expect(stdout).toContain('oauth:default  5-hour window  42 %  not used up');
    expect(stdout).toContain('Under way or never reported: up to $0.40');
    expect(stdout).toMatch(/a month +\$20\.00 +\$4\.50 spent +\$1\.50 reserved +\$14\.00 left/);
    expect(stdout).toContain('Today, counted: $0.0500 (cap $5.00 a day)');
  });

  it.each<[argv: string[], printed: string]>([
    [['usage'], 'No plan window was seen yet.'],
    [['receipts'], 'No receipts.\n'],
    [['timeline'], 'Nothing has happened yet.\n'],
    [['logout'], 'Signed out here.'],
    [['key', 'clear'], 'Removed the API key.\n'],
  ])('%j is done over an empty store where nothing is kept, and makes none', async (argv, printed) => {
    world.recordSidecar({ pid: 2 ** 30 });
    const sidecar = createMemorySidecar();
    const { exitCode, stdout, stderr } = await world.run(argv, { sidecar });
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toContain(printed);
    expect(readdirSync(world.dataDir)).toEqual(['sidecar.json']);
    expect(
      sidecar.opens.map(({ dataDir }) => [dataDir === world.dataDir, existsSync(dataDir ?? '.')]),
    ).toEqual([[false, false]]);
  });

  it('works alone where no sidecar runs but records are there', async () => {
    world.recordSidecar({ pid: 2 ** 30 });
    writeFileSync(join(world.dataDir, 'postern.db'), '');
    const sidecar = createMemorySidecar();
    const { stdout } = await world.run(['usage', '--json'], { sidecar });
    expect(JSON.parse(stdout)).toMatchObject({ countedTodayUsd: 1.5, capUsdPerDay: 5 });
    expect(sidecar.stillOpen()).toBe(0);
    expect(sidecar.opens.at(-1)?.dataDir).toBe(world.dataDir);
    // The stand-in lives in the sidecar: without one, sandbox mode has nothing to talk to.
    expect((await world.run(['usage', '--sandbox'], { sidecar })).exitCode).toBe(69);
  });
});
