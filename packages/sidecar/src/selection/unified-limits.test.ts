import { expect, it } from 'vitest';
import { readUnifiedLimits } from './unified-limits.ts';

const headers = {
  'anthropic-ratelimit-unified-status': 'allowed',
  'anthropic-ratelimit-unified-representative-claim': 'five_hour',
  'anthropic-ratelimit-unified-5h-status': 'allowed',
  'anthropic-ratelimit-unified-5h-utilization': '0.25',
  'anthropic-ratelimit-unified-5h-reset': '1764000000',
  'anthropic-ratelimit-unified-7d_opus-utilization': '0.5',
  'anthropic-ratelimit-unified-overage-status': 'rejected',
  'anthropic-ratelimit-unified-reset': '1764000000',
};

it('reads the windows, and takes no bare status for one: a good answer tells of no limit', () => {
  expect(readUnifiedLimits(headers)).toEqual({
    status: 'allowed',
    deciding: 'five_hour',
    windows: [
      { window: 'five_hour', utilization: 0.25, resetsAtMs: 1_764_000_000_000, status: 'allowed' },
      { window: 'seven_day_opus', utilization: 0.5, resetsAtMs: null, status: 'allowed' },
    ],
    resetsAtMs: 1_764_000_000_000,
    isUsingOverage: false,
  });
});

it.each([
  ['rejected', 'allowed', true],
  ['rejected', 'allowed_warning', true],
  ['rejected', 'rejected', false],
  ['allowed', 'allowed', false],
])('%s with extra usage %s: paid beyond the plan is %s', (status, overage, isUsingOverage) => {
  const said = {
    'anthropic-ratelimit-unified-status': status,
    'anthropic-ratelimit-unified-overage-status': overage,
  };
  expect(readUnifiedLimits(said)).toMatchObject({ isUsingOverage });
});

it('reads nothing where nothing is said', () => {
  expect(readUnifiedLimits({ 'content-type': 'text/event-stream' })).toBeNull();
});
