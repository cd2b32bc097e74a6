import { expect, it } from 'vitest';
import { timesInText } from './times-in-text.ts';

const text = 'It is limited until 2026-11-25T02:05:00.000Z. It resets at 2026-11-25T02:05:00Z.';

it('puts the reader’s time in the place of an instant, and after “at” one with its preposition', () => {
  expect(
    timesInText(
      text,
      () => 'tomorrow 02:05',
      () => 'tomorrow at 02:05',
    ),
  ).toBe('It is limited until tomorrow 02:05. It resets tomorrow at 02:05.');
});

it('keeps “at” where the reader’s times have no preposition of their own', () => {
  expect(timesInText(text, (atMs) => new Date(atMs).toISOString().slice(0, 10))).toBe(
    'It is limited until 2026-11-25. It resets at 2026-11-25.',
  );
});
