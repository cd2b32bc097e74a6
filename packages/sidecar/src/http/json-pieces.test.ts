import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonPieces } from './json-pieces.ts';

const written = (value: unknown): string => [...jsonPieces(value)].join('');

test('the pieces are what JSON.stringify gives', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(written(value)).toBe(JSON.stringify(value));
    }),
  );
});

test.each([
  ['a text', 'x'.repeat(1_000_000)],
  ['pairs', `a${'😀'.repeat(100_000)}`],
  ['halves of pairs', '\uD83D'.repeat(100_000)],
  ['pairs the wrong way round', '\uDE00\uD83D'.repeat(50_000)],
  ['escapes', '\n"\\\u2028\u0000'.repeat(50_000)],
  ['members that are left out', { a: undefined, b: [undefined, null], c: {} }],
  ['many small things', Array.from({ length: 100_000 }, (_, at) => ({ at: [at] }))],
])('no piece of %s is long, and none is lost', (_what, value) => {
  const pieces = [...jsonPieces(value)];
  expect(pieces.join('')).toBe(JSON.stringify(value));
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(200_000);
});
