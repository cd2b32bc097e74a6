import { PosternError } from '@postern/client';
import { expect, it } from 'vitest';
import { dollarsTogether } from './amount.ts';
import { failureOf, failureOfThrown } from './failure.ts';
import { atTime, dayAndTime, timeAgo, timeLeft } from './instant.ts';
import { limitInWords, payerInWords, windowTitle } from './wording.ts';

it.each([
  [-1, '0 s'],
  [900, '1 s'],
  [59_000, '59 s'],
  [245_000, '4 min 05 s'],
  [7_920_000, '2 h 12 min'],
  [300_000_000, '3 days'],
])('%d ms are %s', (ms, text) => {
  expect(timeLeft(ms)).toBe(text);
});

it.each([
  [0, 'just now'],
  [200_000, '3 min ago'],
  [90_000_000, 'yesterday'],
])('%d ms ago is "%s"', (ms, text) => {
  expect(timeAgo(ms)).toBe(text);
});

it('names the day where it is not today', () => {
  const now = new Date(2026, 10, 24, 22, 0).getTime();
  expect(dayAndTime(new Date(2026, 10, 24, 23, 5).getTime(), now)).toBe('23:05');
  expect(dayAndTime(new Date(2026, 10, 25, 2, 5).getTime(), now)).toBe('tomorrow 02:05');
  expect(dayAndTime(new Date(2026, 10, 27, 14, 20).getTime(), now)).toBe('27 Nov 14:20');
});

it.each([
  [24, 23, 'at 23:05', 'at about 23:05'],
  [25, 2, 'tomorrow at 02:05', 'tomorrow at about 02:05'],
  [23, 2, 'yesterday at 02:05', 'yesterday at about 02:05'],
  [27, 14, 'on 27 Nov at 14:05', 'on 27 Nov at about 14:05'],
])('ends a sentence with a time of the %dth, %d h: %s', (day, hour, text, roughly) => {
  const now = new Date(2026, 10, 24, 22, 0).getTime();
  const instant = new Date(2026, 10, day, hour, 5).toISOString();
  expect([atTime(instant, now), atTime(instant, now, 'about ')]).toEqual([text, roughly]);
});

it('rounds parts so that what is read adds up to the sum', () => {
  expect(dollarsTogether([1 / 3, 2 / 3], 1)).toEqual({ sum: '$1.00', parts: ['$0.33', '$0.67'] });
  expect(dollarsTogether([0.33333, 0.33333, 0.33334], 1).parts).toEqual(['$0.33', '$0.33', '$0.34']);
  expect(dollarsTogether([0.005, 4.995], 5)).toEqual({ sum: '$5.0000', parts: ['$0.0050', '$4.9950'] });
  expect(dollarsTogether([0.29], 0.29)).toEqual({ sum: '$0.29', parts: ['$0.29'] });
});

it('uses the table’s next step, and keeps a detail only where it says more', () => {
  const row = { code: 'not_signed_in', title: 'You are not signed in' };
  expect(failureOf({ ...row, detail: 'Sign in, or save an API key.' }).detail).toBeNull();
  expect(failureOf({ ...row, detail: 'Account gone.' })).toMatchObject({
    detail: 'Account gone.',
    nextStep: 'Sign in, or save an API key.',
  });
});

it('keeps the words of an error of a newer Postern', () => {
  const newer = new PosternError({
    code: 'brand_new',
    status: 400,
    title: 'Something new',
    detail: 'Do this.',
    retryable: false,
  });
  expect(failureOfThrown(newer)).toMatchObject({
    title: 'Something new',
    detail: null,
    nextStep: 'Do this.',
  });
});

it('shows nothing of an error that is not ours', () => {
  expect(failureOfThrown(new TypeError('secret in here'))).toMatchObject({
    code: 'internal_error',
    detail: null,
  });
});

it('puts payers and windows into words', () => {
  expect(['allowed_warning', 'rejected', 'a_new-one'].map(limitInWords)).toEqual([
    'Nearly used up',
    'Used up',
    'A new one',
  ]);
  expect(payerInWords('The sandbox, at no cost')).toBe('the sandbox, at no cost');
  expect(payerInWords('Nobody: sandbox')).toBe('the sandbox, at no cost');
  expect(payerInWords('Your Claude plan')).toBe('your Claude plan');
  expect(['five_hour', 'seven_day_opus', 'overage', 'two_moons'].map(windowTitle)).toEqual([
    '5-hour window',
    '7-day window for Opus',
    'Extra usage allowance',
    'Limit “two moons”',
  ]);
});
