import type { UsageWindow } from '@postern/contract';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ReportedFact } from '../credentials/index.ts';
import { createCooldowns } from '../selection/index.ts';
import {
  createDelegatedOutcomes,
  type DelegatedOutcomes,
  type DelegatedSubject,
} from './delegated-outcomes.ts';

const subject: DelegatedSubject = { id: 'claude_code:default', kind: 'claude_code', fingerprint: 'ada 2030' };
const startMs = Date.parse('2026-11-24T12:00:00Z');
const hourMs = 3_600_000;

let nowMs: number;
let document: unknown;
let fails: boolean;
let facts: ReportedFact[];
let windows: UsageWindow[];
let logs: string[];
let outcomes: DelegatedOutcomes;
beforeEach(() => {
  nowMs = startMs;
  [document, fails, facts, windows, logs] = [null, false, [], [], []];
  outcomes = open();
});

function open(): DelegatedOutcomes {
  return createDelegatedOutcomes({
    cooldowns: createCooldowns({
      documents: {
        read: (name) => (name === 'cooldowns' ? document : null),
        update(_name, change) {
          if (fails) throw new Error('disk full');
          document = JSON.parse(JSON.stringify(change(document)));
          return document;
        },
      },
      clock: () => nowMs,
      log: (line) => logs.push(line),
    }),
    ledger: {
      windows: () => windows,
      noteWindow: (window) => {
        windows = [{ ...window, seenAt: '', ageSeconds: 0 }];
      },
    },
    report: (fact) => facts.push(fact),
    clock: () => nowMs,
    log: (line) => logs.push(line),
  });
}

describe('a sign-in that was refused', () => {
  it('cools down for five minutes, also after a restart, and until it is accepted', () => {
    outcomes.note(subject, { type: 'refused' });
    const cooldown = {
      reason: 'reauthorization_required',
      cooldownUntilMs: startMs + 300_000,
      cooldownReason: 'auth_failure',
    };
    expect(outcomes.cooldownOf(subject)).toEqual(cooldown);
    expect(open().cooldownOf(subject)).toEqual(cooldown);
    nowMs += 300_000;
    expect(outcomes.cooldownOf(subject)).toBeNull();

    outcomes.note(subject, { type: 'refused' });
    outcomes.note(subject, { type: 'accepted' });
    expect(outcomes.cooldownOf(subject)).toBeNull();
  });

  it('is tried again once somebody signed in anew', () => {
    outcomes.note(subject, { type: 'refused' });
    expect(outcomes.cooldownOf({ ...subject, fingerprint: 'ada 2031' })).toBeNull();
    outcomes.forget(subject.id);
    expect(outcomes.cooldownOf(subject)).toBeNull();
  });
});

describe('a plan that is used up', () => {
  it.each([
    ['its reset', startMs + hourMs, startMs + hourMs],
    ['five minutes from now where nobody says', null, startMs + 300_000],
    ['five minutes from now where the reset is over', startMs - hourMs, startMs + 300_000],
    ['eight days from now at the most', startMs + 900 * hourMs, startMs + 192 * hourMs],
  ])('cools down until %s', (_name, resetsAtMs, untilMs) => {
    outcomes.note(subject, { type: 'limit_reached', resetsAtMs });
    expect(outcomes.cooldownOf(subject)).toEqual({
      reason: 'plan_limit_reached',
      cooldownUntilMs: untilMs,
      cooldownReason: 'usage_limit',
    });
  });

  it('has its window in the ledger, and each change of it is told once', () => {
    const seen = {
      type: 'window_seen',
      window: 'five_hour',
      utilization: 1,
      resetsAtMs: startMs + hourMs,
    } as const;
    outcomes.note(subject, { ...seen, status: 'rejected' });
    outcomes.note(subject, { ...seen, status: 'rejected' });
    outcomes.note(subject, { ...seen, status: 'allowed' });

    expect(windows).toMatchObject([{ credentialId: subject.id, window: 'five_hour', status: 'allowed' }]);
    expect(facts.map((fact) => ('status' in fact ? fact.status : ''))).toEqual(['rejected', 'allowed']);
  });
});

it('the end of a login is the one the program last named', () => {
  expect(outcomes.loginEndOf(subject.id)).toBeNull();
  outcomes.note(subject, { type: 'login_ends', atMs: startMs + hourMs });
  expect(outcomes.loginEndOf(subject.id)).toBe(startMs + hourMs);
});

it('what cannot be kept is logged, and troubles nobody', () => {
  fails = true;
  outcomes.note(subject, { type: 'refused' });
  outcomes.forget(subject.id);
  expect(logs).toHaveLength(1);
  fails = false;
  document = ['damaged'];
  expect(outcomes.cooldownOf(subject)).toBeNull();
});
