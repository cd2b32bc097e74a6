import { afterEach, beforeEach, expect, it } from 'vitest';
import { json, problem } from '../../../client/test/scripted-sidecar.ts';
import { type CommandWorld, createCommandWorld } from '../../test/command-world.ts';

let world: CommandWorld;
beforeEach(async () => {
  world = await createCommandWorld();
  world.recordSidecar();
});
afterEach(() => world.close());

const nextAt = '2026-11-23T10:05:00.000Z';
const account = (credentialId: string, state: string, code: string | null = null) => ({
  ...{ credentialId, state, code },
  ...{ askedAt: '2026-11-23T10:00:00.000Z', nextAt },
});
const window = {
  ...{ credentialId: 'claude_code:default', window: 'five_hour', utilization: 0.5, status: 'allowed' },
  ...{ resetsAt: '2026-11-23T15:00:00.000Z', seenAt: '2026-11-23T11:00:00.000Z', ageSeconds: 0 },
};
const spend = {
  today: [],
  month: [],
  byDay: [],
  countedTodayUsd: 0,
  capUsdPerDay: null,
  reservedUsd: 0,
  caps: [],
};
const between = { from: '2026-11-23T11:59:24.356Z', to: '2026-11-23T12:00:36.364Z' };
const pace = { elapsed: 0.2, used: 0.5, runsOutAt: null };

it('asks the programs first with --refresh, and says on stderr what became of each', async () => {
  const refreshed = [
    account('claude_code:default', 'read'),
    account('claude_code:work', 'recent'),
    account('claude_code:old', 'failed', 'usage_unavailable'),
  ];
  world.sidecar.on('POST /usage/refresh', json({ ...spend, windows: [window], refreshed }));
  const { exitCode, stdout, stderr } = await world.run(['usage', '--refresh']);
  expect(exitCode).toBe(0);
  expect(stdout).toContain('claude_code:default  5-hour window  50 %  not used up  ');
  expect(stderr).toBe(
    'claude_code:default: read just now.\n' +
      'claude_code:work: asked less than 5 minutes ago; it can be asked again from 2026-11-23 10:05:00Z.\n' +
      'claude_code:old: The plan’s windows could not be read (usage_unavailable); it can be asked again from 2026-11-23 10:05:00Z.\n',
  );
  world.sidecar.on('POST /usage/refresh', problem('not_signed_in'));
  expect((await world.run(['usage', '--refresh'])).exitCode).toBe(77);
});

it('says of a window that is used up no time at which it will be', async () => {
  const runsOut = { ...pace, used: 1, outlook: 'runs_out', runsOutBetween: between };
  for (const state of [{ status: 'rejected' }, { utilization: 1 }]) {
    world.sidecar.on('GET /usage', json({ ...spend, windows: [{ ...window, pace: runsOut, ...state }] }));
    expect((await world.run(['usage'])).stdout).toMatch(/min ago {2}used up\n/);
  }
});

it('says between which times a window runs out, or that it cannot be said', async () => {
  const paces = [
    [
      { ...pace, outlook: 'runs_out', runsOutBetween: between },
      '2026-11-23 11:59:24Z to 2026-11-23 12:00:36Z',
    ],
    [
      { ...pace, outlook: 'may_run_out', runsOutBetween: { ...between, to: null } },
      'from 2026-11-23 11:59:24Z, or lasts',
    ],
    [{ ...pace, outlook: 'lasts', runsOutBetween: null }, 'lasts until the reset'],
    [{ ...pace, outlook: 'unknown', runsOutBetween: null }, 'cannot say'],
    [null, 'cannot say'],
  ] as const;
  for (const [given, text] of paces) {
    world.sidecar.on('GET /usage', json({ ...spend, windows: [{ ...window, pace: given }] }));
    expect((await world.run(['usage'])).stdout).toContain(text);
  }
});
