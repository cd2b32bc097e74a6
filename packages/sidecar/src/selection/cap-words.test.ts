import { expect, it } from 'vitest';
import { capReachedWords } from './cap-words.ts';

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
