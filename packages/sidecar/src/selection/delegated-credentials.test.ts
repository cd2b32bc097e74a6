import type { UsageWindow } from '@postern/contract';
import { beforeEach, describe, expect, it } from 'vitest';
import { noDelegatedSignIns } from '../../test/support/delegated/fake-sign-ins.ts';
import type { DelegatedCredentials, ReportedFact } from '../credentials/index.ts';
import type { DelegatedSignIn } from '../delegated/index.ts';
import { createCooldowns } from './cooldowns.ts';
import { createDelegatedCredentials } from './delegated-credentials.ts';
import { createUsageLimitTracker } from './usage-limit-tracker.ts';

const id = 'claude_code:default';
const startMs = Date.parse('2026-11-24T12:00:00Z');
const hourMs = 3_600_000;

let nowMs: number;
let signIn: DelegatedSignIn;
let document: unknown;
let fails: boolean;
let facts: ReportedFact[];
let windows: UsageWindow[];
let logs: string[];
let loginEnds: unknown[];
let delegated: DelegatedCredentials;
beforeEach(() => {
  nowMs = startMs;
  signIn = { id, kind: 'claude_code', fingerprint: 'ada 2030', fault: null };
  [document, fails, facts, windows, logs, loginEnds] = [null, false, [], [], [], []];
  delegated = open();
});

function open(): DelegatedCredentials {
  const clock = (): number => nowMs;
  const log = (line: string): void => void logs.push(line);
  const report = (fact: ReportedFact): void => void facts.push(fact);
  const documents = {
    read: (name: string) => (name === 'cooldowns' ? document : null),
    update(_name: string, change: (current: unknown) => unknown) {
      if (fails) throw new Error('disk full');
      document = JSON.parse(JSON.stringify(change(document)));
      return document;
    },
  };
  const ledger = {
    windows: () => windows,
    noteWindow: (window: Omit<UsageWindow, 'seenAt' | 'ageSeconds'>) => {
      windows = [{ ...window, seenAt: '', ageSeconds: 0 }];
      return [];
    },
  };
  return createDelegatedCredentials({
    signIns: {
      ...noDelegatedSignIns,
      all: () => [signIn],
      noteLoginEnd: (...said) => loginEnds.push(said),
    },
    cooldowns: createCooldowns({ documents, clock, log }),
    usageLimits: createUsageLimitTracker({ ledger, report, clock }),
    sandbox: false,
    report,
    clock,
    log,
  });
}

const candidate = () => delegated.candidates()[0];
const none = { usable: true, reason: null, cooldownUntilMs: null, cooldownReason: null };

describe('a sign-in of another program that was refused', () => {
  it('cools down for five minutes, also after a restart, and until it is accepted', () => {
    delegated.note(id, { type: 'refused' });
    const cooling = {
      usable: true,
      reason: 'reauthorization_required',
      cooldownUntilMs: startMs + 300_000,
      cooldownReason: 'auth_failure',
    };
    expect(candidate()).toMatchObject(cooling);
    expect(open().candidates()[0]).toMatchObject(cooling);
    expect(facts).toEqual([
      {
        type: 'credential_changed',
        kind: 'claude_code',
        status: 'cooling_down',
        reason: 'reauthorization_required',
      },
    ]);
    nowMs += 300_000;
    expect(candidate()).toMatchObject(none);

    delegated.note(id, { type: 'refused' });
    delegated.note(id, { type: 'accepted', model: null });
    expect(candidate()).toMatchObject(none);
    delegated.note(id, { type: 'accepted', model: null });
    expect(facts.map((fact) => ('status' in fact ? fact.status : ''))).toEqual([
      ...['cooling_down', 'cooling_down', 'active'],
    ]);
  });

  it('is tried again after a new sign-in', () => {
    delegated.note(id, { type: 'refused' });
    signIn = { ...signIn, fingerprint: 'ada 2031' };
    expect(candidate()).toMatchObject(none);
  });

  it('says its fault and not its cooldown where it cannot be used at all', () => {
    delegated.note(id, { type: 'limit_reached', model: null, resetsAtMs: startMs + hourMs });
    signIn = { ...signIn, fault: 'reauthorization_required' };
    expect(candidate()).toMatchObject({ ...none, usable: false, reason: 'reauthorization_required' });
  });
});

it('a plan window is reported when it is first seen and when it was reset, and not at each look', () => {
  const seen = { type: 'window_seen', window: 'five_hour', status: 'allowed' } as const;
  const resetsAtMs = startMs + hourMs;
  delegated.note(id, { ...seen, utilization: 0.1, resetsAtMs });
  delegated.note(id, { ...seen, utilization: 0.2, resetsAtMs: resetsAtMs + 500 });
  expect(facts).toMatchObject([{ type: 'usage_limits_changed', change: 'seen', status: 'allowed' }]);
  nowMs = resetsAtMs + 1;
  for (const utilization of [0, 0.1])
    delegated.note(id, { ...seen, utilization, resetsAtMs: resetsAtMs + 5 * hourMs });
  expect(facts.slice(1)).toMatchObject([
    { type: 'usage_limits_changed', change: 'reset', status: 'allowed' },
  ]);
});

describe('a plan of another program that is used up', () => {
  it('cools down until its reset', () => {
    delegated.note(id, { type: 'limit_reached', model: null, resetsAtMs: startMs + hourMs });
    expect(candidate()).toMatchObject({
      usable: true,
      reason: 'plan_limit_reached',
      cooldownUntilMs: startMs + hourMs,
      cooldownReason: 'usage_limit',
    });
  });

  it('is on hold for the model alone that its window names', () => {
    const opus = () => delegated.candidates('claude-opus-5-5')[0];
    const sonnet = () => delegated.candidates('sonnet')[0];
    delegated.note(id, { type: 'limit_reached', model: 'opus', resetsAtMs: startMs + hourMs });
    expect(opus()).toMatchObject({ cooldownReason: 'usage_limit', cooldownUntilMs: startMs + hourMs });
    expect([sonnet(), candidate()]).toMatchObject([none, none]);
    delegated.note(id, { type: 'accepted', model: 'sonnet' });
    expect(opus()).toMatchObject({ cooldownReason: 'usage_limit' });
    delegated.note(id, { type: 'accepted', model: 'opus' });
    expect(opus()).toMatchObject(none);
  });

  it('has its window in the ledger, and each change of it is reported once', () => {
    const seen = {
      type: 'window_seen',
      window: 'five_hour',
      utilization: 1,
      resetsAtMs: startMs + hourMs,
    } as const;
    delegated.note(id, { ...seen, status: 'rejected' });
    delegated.note(id, { ...seen, status: 'rejected' });
    delegated.note(id, { ...seen, status: 'allowed' });

    expect(windows).toMatchObject([{ credentialId: id, window: 'five_hour', status: 'allowed' }]);
    expect(facts.map((fact) => ('status' in fact ? fact.status : ''))).toEqual(['rejected', 'allowed']);
  });
});

it('what a run of the program says of the login’s end is handed down', () => {
  delegated.note(id, { type: 'login_ends', atMs: startMs + hourMs });
  expect(loginEnds).toEqual([[id, startMs + hourMs]]);
});

it('what cannot be kept is logged, and fails nothing', () => {
  fails = true;
  delegated.note(id, { type: 'refused' });
  expect(logs).toHaveLength(1);
  delegated.note('claude_code:unknown', { type: 'refused' });
  expect(logs).toHaveLength(1);
});
