import { expect, it } from 'vitest';
import { reasonInWords } from './reason-in-words.ts';

it.each([
  ['plan_limit_reached', 'The plan’s usage limit is reached'],
  ['preferred', 'It is your first choice'],
  ['refresh_rejected', 'The server rejected its renewal'],
  ['interrupted_refresh', 'Its last renewal was interrupted'],
  ['some_new-reason', 'Some new reason'],
  ['', 'No reason was given'],
])('puts the reason %j into words', (reason, words) => {
  expect(reasonInWords(reason)).toBe(words);
});
