import { expect, it } from 'vitest';
import { sendAgainInWords } from './send-again.ts';

const now = Date.parse('2026-11-30T10:00:00.000Z');

it.each([
  [5_000, /in 1 min \(\d\d:\d\d .+\)/],
  [3_600_000, /in 60 min \(\d\d:\d\d .+\)/],
  [5 * 3_600_000 - 60_000, /in 5 h \(\d\d:\d\d .+\)/],
  [5 * 86_400_000, /on \w+,? \d+ December at \d\d:\d\d .+/],
])('a reset in %d ms is said as one reads it', (ms, words) => {
  expect(sendAgainInWords(now + ms, now)).toMatch(words);
});
