import { expect, it } from 'vitest';
import { worthRetryingAtMs } from './retry-hint.ts';

it.each(['plan_limit_reached', 'spend_cap_reached', 'fallback_refused', 'refresh_unavailable'] as const)(
  'after %s it is worth coming back when the time is there',
  (code) => {
    expect(worthRetryingAtMs(code, 5)).toBe(5);
  },
);

it('nothing is said where there is no time, or coming back changes nothing', () => {
  expect(worthRetryingAtMs('plan_limit_reached', null)).toBeNull();
  expect(worthRetryingAtMs('not_signed_in', 5)).toBeNull();
});
