import { expect, it } from 'vitest';
import { capDollars, capReachedWords, dollars } from './cap-words.ts';

it.each([
  [5, '$5.00'],
  [0, '$0.00'],
  [0.1, '$0.10'],
  [0.001, '$0.001'],
  [2.505, '$2.505'],
  [0.0000001, '$0.0000001'],
])('shows a cap of %d as it was chosen', (usd, text) => {
  expect(capDollars(usd)).toBe(text);
});

it.each([
  [0, '$0.00'],
  [0.0004, '$0.0004'],
  [0.00001, '$0.0001'],
  [0.011, '$0.02'],
  [0.75, '$0.75'],
])('never shows less than %d was spent', (usd, text) => {
  expect(dollars(usd)).toBe(text);
});

it('says of a small cap what stands against it', () => {
  const spend = {
    scope: 'day',
    capUsd: 0.001,
    spentUsd: 0.0004,
    reservedUsd: 0,
    thisCallAtMostUsd: 0.2,
  } as const;
  expect(capReachedWords(spend)).toBe(
    'The cap for today is $0.001. $0.0004 is spent, and the next call may cost up to $0.20. It was not sent.',
  );
});
