import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { json, problem } from '../../../client/test/scripted-sidecar.ts';
import { credentialView, signedIn } from '../../test/answers.ts';
import { type CommandWorld, createCommandWorld } from '../../test/command-world.ts';
import { simpleStatusline } from '../statusline/run-statusline.ts';

let world: CommandWorld;
beforeEach(async () => {
  world = await createCommandWorld();
});
afterEach(() => world.close());

const later = new Date(Date.now() + 3_600_000).toISOString();
const windowOf = (more: object) => ({
  credentialId: 'oauth:default',
  window: 'five_hour',
  utilization: 0.42,
  resetsAt: later,
  status: 'allowed',
  seenAt: '2026-11-23T10:00:00.000Z',
  ageSeconds: 130,
  ...more,
});

/** A sidecar that runs, with these windows and this payer. */
function running(windows: readonly object[], payer = 'Your sign-in’s plan'): void {
  world.recordSidecar();
  const activeCredential = { ...signedIn.activeCredential, payer };
  world.sidecar.on('GET /auth/anthropic/status', json({ ...signedIn, activeCredential }));
  world.sidecar.on('GET /usage', json({ windows, countedTodayUsd: 1.25, capUsdPerDay: 5 }));
}

/** The same, with nothing that pays. */
function nonePays(windows: readonly object[]): void {
  running(windows);
  world.sidecar.on('GET /auth/anthropic/status', json({ ...signedIn, activeCredential: null }));
  const items = [
    credentialView('claude_code', 'not_configured'),
    credentialView('oauth', 'cooling_down'),
    credentialView('api_key', 'cooling_down'),
  ];
  world.sidecar.on('GET /credentials', json({ items, next: null }));
}

const line = async (...argv: string[]) => {
  const { exitCode, stdout, stderr } = await world.run(['statusline', ...argv]);
  expect([exitCode, stderr]).toEqual([0, '']);
  return stdout;
};

describe('postern statusline', () => {
  it('says in one line who pays, the fullest window with its age, and what was spent today', async () => {
    running([windowOf({}), windowOf({ window: 'seven_day_opus', utilization: 0.7, ageSeconds: 7300 })]);
    expect(await line()).toBe('Your sign-in’s plan · 7d opus 70% (2h ago) · $1.25 today\n');
  });

  it('shows no window of another credential, and none that was reset since it was seen', async () => {
    running([
      windowOf({ credentialId: 'claude_code:default' }),
      windowOf({ resetsAt: '2026-11-23T10:00:00.000Z', utilization: 1 }),
    ]);
    expect(await line()).toBe('Your sign-in’s plan · $1.25 today\n');
  });

  it('says which window is used up and when it resets, where no credential works for that', async () => {
    const rejected = { utilization: 1, status: 'rejected', ageSeconds: 5 };
    const at = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
    nonePays([
      windowOf({ ...rejected, credentialId: 'api_key:default', window: 'seven_day' }),
      windowOf({ ...rejected, credentialId: 'claude_code:default', resetsAt: at(400_000) }),
      windowOf({ ...rejected, resetsAt: at(4_500) }),
      windowOf({ ...rejected, window: 'seven_day_opus', model: 'opus', resetsAt: at(9_000) }),
      windowOf({ window: 'seven_day', utilization: 0.99, resetsAt: at(90_000) }),
    ]);
    expect(await line()).toBe(
      'No credential works · 5h 100% used up, resets in 1h 15m (just now) · $1.25 today\n',
    );
    const { window } = JSON.parse(await line('--json'));
    expect(window).toMatchObject({ credentialId: 'oauth:default', name: '5h', utilization: 1 });
    expect(window.resetsInSeconds).toBeGreaterThan(4_400);
    expect(JSON.parse(await line('--format', 'waybar')).tooltip).toMatch(
      /^Plan window of oauth:default: 5h 100% used up, seen just now, resets .* UTC$/m,
    );
  });

  it('names no window where no credential works and none is used up', async () => {
    nonePays([windowOf({ utilization: 0.5 })]);
    expect(await line()).toBe('No credential works · $1.25 today\n');
  });

  it('is honest and succeeds where no Postern runs, or it does not answer', async () => {
    expect(await line()).toBe('Postern is not running\n');
    world.recordSidecar();
    world.sidecar.on('GET /auth/anthropic/status', problem('internal_error'));
    world.sidecar.on('GET /usage', problem('internal_error'));
    expect(await line()).toBe('Postern does not answer\n');
    expect(JSON.parse(await line('--format', 'waybar'))).toMatchObject({ class: 'off' });
  });

  it('prints a value for scripts', async () => {
    running([windowOf({})]);
    const expected = { running: true, credentialId: 'oauth:default', spentTodayUsd: 1.25, capUsdPerDay: 5 };
    expect(JSON.parse(await line('--format', 'json'))).toMatchObject(expected);
    expect(JSON.parse(await line('--json'))).toMatchObject({ window: { name: '5h', utilization: 0.42 } });
  });

  it('lets no name steer the bar it is shown in', async () => {
    running([windowOf({ utilization: 0.96 })], '#[fg=red]#(id) <b>A&B</b>\n--x | bash=/bin/sh\u001b[2J');
    expect(await line('--format', 'text')).toMatch(
      /^#\[fg=red\]#\(id\) <b>A&B<\/b> --x \| bash=\/bin\/sh\[2J · /,
    );
    expect(await line('--format', 'tmux')).toMatch(/^##\[fg=red\]##\(id\) /);
    const waybar = JSON.parse(await line('--format', 'waybar'));
    expect(waybar).toMatchObject({ class: 'critical', percentage: 96 });
    expect(waybar.text).toContain('&lt;b&gt;A&amp;B&lt;/b&gt;');
    expect(waybar.tooltip).toContain('Plan window: 5h 96%, seen 2m ago, resets ');
    const swiftbar = (await line('--format', 'swiftbar')).trimEnd().split('\n');
    expect(swiftbar[1]).toBe('---');
    for (const each of swiftbar.filter((_, at) => at !== 1)) {
      expect(each.split('|')).toHaveLength(2);
      expect(each).not.toMatch(/^-/);
    }
  });

  it('says the same without the parser of the whole command line', async () => {
    running([windowOf({})]);
    const formats = ['text', 'json', 'tmux', 'waybar', 'swiftbar'];
    for (const argv of [
      ...[[], ['--json'], ['--live'], ...formats.map((each) => ['--format', each])].map((each) => [
        'statusline',
        ...each,
      ]),
      ['--live', '--data-dir', world.dataDir, 'statusline', '--format', 'tmux'],
      ['--json', 'statusline', '--live'],
    ]) {
      const run = simpleStatusline(argv) ?? expect.unreachable(argv.join(' '));
      const short = await world.run(argv, { by: async (_, given) => await run(given) });
      const { exitCode, stdout } = await world.run(argv);
      expect([short.exitCode, short.stdout]).toEqual([exitCode, stdout]);
    }
  });

  it.each([
    [['statusline', '--format', 'xml']],
    [['statusline', '--format']],
    [['statusline', '--help']],
    [['statusline', 'now']],
    [['statusline', 'statusline']],
    [['statusline', '--data-dir']],
    [['--format', 'tmux', 'statusline']],
    [['--data-dir', 'statusline']],
    [['--sandbox', 'ask', 'statusline']],
    [['run', '--', 'statusline']],
    [['--', 'statusline']],
    [['--store', 'memory', 'statusline']],
    [['--sandbox=platform', 'statusline']],
    [[]],
  ])('leaves %j to the parser of the whole command line', (argv) => {
    expect(simpleStatusline(argv)).toBeNull();
  });

  it('refuses a format it does not know', async () => {
    expect((await world.run(['statusline', '--format', 'xml'])).exitCode).toBe(64);
  });
});
