import { expect, it } from 'vitest';
import { retryHint } from './retry-hint.ts';

const nowMs = new Date(2026, 10, 24, 12, 0).getTime();

it('says the time as the person’s own clock does', () => {
  const atMs = new Date(2026, 10, 24, 14, 20).getTime();
  expect(retryHint('plan_limit_reached', atMs, nowMs)).toBe(
    'The preferred credential can be used again at 14:20.',
  );
  expect(retryHint('refresh_unavailable', atMs, nowMs)).toBe('It is tried again at 14:20.');
});

it('says the day where it is not today', () => {
  const atMs = new Date(2026, 10, 27, 2, 5).getTime();
  expect(retryHint('spend_cap_reached', atMs, nowMs)).toBe(
    'The preferred credential can be used again at 02:05 on 27 November.',
  );
});

it('says nothing where there is no time, or coming back changes nothing', () => {
  expect(retryHint('plan_limit_reached', null, nowMs)).toBeNull();
  expect(retryHint('not_signed_in', nowMs, nowMs)).toBeNull();
});
