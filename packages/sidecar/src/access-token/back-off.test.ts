import { describe, expect, it } from 'vitest';
import { type FailureCircumstances, failedAttempt } from './back-off.ts';

const of = (more: Partial<FailureCircumstances>): FailureCircumstances => ({
  code: 'refresh_unavailable',
  trigger: 'due',
  previous: null,
  retryAtMs: null,
  endOfTokenMs: 900_000,
  nowMs: 1_000,
  random: 0.5,
  refused: false,
  ...more,
});
const previous = { code: 'refresh_unavailable', atMs: 0, count: 2, retryAtMs: 50_000 } as const;

describe('the back-off after a failed refresh', () => {
  it('grows with every attempt in a row, with jitter, up to ten minutes', () => {
    const waits = [0, 1, 2, 3, 4, 5, 6, 7].map((count) => {
      const before = count === 0 ? null : { ...previous, count, retryAtMs: 0 };
      return failedAttempt(of({ previous: before })).retryAtMs - 1_000;
    });
    expect(waits).toEqual([5_000, 15_000, 45_000, 120_000, 300_000, 600_000, 600_000, 600_000]);
    expect(failedAttempt(of({ random: 0 })).retryAtMs - 1_000).toBe(4_000);
    expect(failedAttempt(of({ random: 1 })).retryAtMs - 1_000).toBe(6_000);
  });

  it('lets Retry-After win, up to an hour', () => {
    expect(failedAttempt(of({ retryAtMs: 31_000 })).retryAtMs).toBe(31_000);
    expect(failedAttempt(of({ retryAtMs: 1e12 })).retryAtMs).toBe(1_000 + 3_600_000);
    expect(failedAttempt(of({ retryAtMs: -5 })).retryAtMs).toBe(1_000);
  });

  it('leaves the scheduled attempt where it was after a try outside the back-off', () => {
    const after = failedAttempt(of({ trigger: 'person', previous }));
    const same = { code: 'refresh_unavailable', atMs: 1_000, count: 2, retryAtMs: 50_000 };
    expect(after).toEqual({ ...same, triedOutside: ['person'] });
    const both = failedAttempt(of({ trigger: 'rejected', previous: after }));
    expect(both).toEqual({ ...same, triedOutside: ['person', 'rejected'] });
  });

  it.each(['person', 'rejected'] as const)(
    'F34 begins a step of its own where the clock was set back under the last one: %s',
    (trigger) => {
      const future = { ...previous, atMs: 7_200_000, retryAtMs: 7_205_000 };
      const after = failedAttempt(of({ trigger, previous: future }));
      expect(after).toMatchObject({ atMs: 1_000, count: 3, retryAtMs: 1_000 + 45_000 });
      expect(after.triedOutside).toBeUndefined();
    },
  );

  it('gives everybody a new try with its next step', () => {
    const tried = { ...previous, triedOutside: ['person'] } as const;
    expect(failedAttempt(of({ previous: { ...tried, retryAtMs: 500 } })).triedOutside).toBeUndefined();
    expect(
      failedAttempt(of({ trigger: 'person', previous: { ...tried, retryAtMs: 500 } })).triedOutside,
    ).toBeUndefined();
  });

  it('F24 waits for the end of the access token where the answer was lost', () => {
    expect(failedAttempt(of({ code: 'refresh_uncertain' })).retryAtMs).toBe(900_000);
  });

  it('F24 leaves the network five seconds to come back where that end is past', () => {
    const ended = of({ code: 'refresh_uncertain', previous, endOfTokenMs: 0 });
    expect(failedAttempt(ended).retryAtMs).toBe(1_000 + 5_000);
  });

  it('F21 rests twenty minutes where the configuration is at fault', () => {
    expect(failedAttempt(of({ code: 'misconfigured' })).retryAtMs - 1_000).toBe(1_200_000);
  });
});
