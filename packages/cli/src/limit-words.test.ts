import { expect, it } from 'vitest';
import { limitInWords, usedUpInWords } from './limit-words.ts';

it('a window has the name that it has everywhere', () => {
  expect(usedUpInWords('five_hour')).toBe('The 5-hour window is used up');
  expect(usedUpInWords('seven_day_opus')).toBe('The 7-day window for Opus is used up');
  expect(usedUpInWords('two_moons')).toBe('The limit “two moons” is used up');
});

it.each([
  ['rejected', 'The 5-hour window is used up'],
  ['allowed_warning', 'The 5-hour window is nearly used up'],
  ['allowed', 'The 5-hour window is not used up'],
  ['thawed', 'The 5-hour window has a new status: thawed'],
])('%s is said in words, with the reset', (status, words) => {
  const limit = { window: 'five_hour', status };
  const resetsAt = '2026-11-28T10:04:00.000Z';
  expect(limitInWords({ ...limit, resetsAt })).toEqual([words, 'It resets at 2026-11-28 10:04:00Z.']);
  expect(limitInWords({ ...limit, resetsAt: null })).toEqual([words, null]);
});
