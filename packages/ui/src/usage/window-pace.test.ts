import type { UsageWindow } from '@postern/contract';
import { expect, it } from 'vitest';
import { paceInWords } from './window-pace.ts';

const now = new Date(2026, 10, 24, 10).getTime();
const at = (hours: number) => new Date(now + hours * 3_600_000).toISOString();
const window = (pace: UsageWindow['pace']): UsageWindow => ({
  credentialId: 'claude_code:default',
  window: 'five_hour',
  utilization: 0.5,
  resetsAt: at(4),
  status: 'allowed',
  seenAt: at(0),
  ageSeconds: 0,
  pace,
});
const half = { elapsed: 0.2, used: 0.5 };

it('says between which times a window runs out, or that it cannot be said', () => {
  const between = (from: string, to: string | null) => ({
    ...half,
    runsOutAt: from,
    runsOutBetween: { from, to },
  });
  expect(paceInWords(window({ ...between(at(1), at(2)), outlook: 'runs_out' }), now)).toBe(
    'At this pace it runs out between 11:00 and 12:00.',
  );
  expect(paceInWords(window({ ...between(at(1), at(1)), outlook: 'runs_out' }), now)).toBe(
    'At this pace it runs out at about 11:00.',
  );
  expect(paceInWords(window({ ...between(at(1), null), outlook: 'may_run_out' }), now)).toBe(
    'At this pace it runs out after 11:00 at the earliest, or lasts until the reset.',
  );
  const none = { ...half, runsOutAt: null, runsOutBetween: null };
  expect(paceInWords(window({ ...none, outlook: 'lasts' }), now)).toBe(
    'At this pace it lasts until the reset.',
  );
  expect(paceInWords(window({ ...none, outlook: 'unknown' }), now)).toContain('Too little is used');
});

it('says nothing of a window that has reset, is used up, or has no pace', () => {
  const none = { runsOutAt: null, runsOutBetween: null, outlook: 'lasts' } as const;
  expect(paceInWords(window(null), now)).toBeNull();
  expect(paceInWords(window({ ...none, elapsed: 0.5, used: 1 }), now)).toBeNull();
  expect(paceInWords({ ...window({ ...half, ...none }), resetsAt: at(-1) }, now)).toBeNull();
});
