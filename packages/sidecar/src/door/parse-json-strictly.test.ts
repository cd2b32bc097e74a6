import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InvalidRequestError } from '../errors/index.ts';
import { parseJsonStrictly } from './parse-json-strictly.ts';

const limits = { maxDepth: 32 };

test('JSON of ordinary depth is what JSON.parse gives', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
      const text = JSON.stringify(value);
      if (/__proto__|constructor|prototype/.test(text)) return;
      expect(parseJsonStrictly(text, limits)).toEqual(JSON.parse(text));
    }),
    { numRuns: 300 },
  );
});

test.each([
  ['nothing', ''],
  ['white space', ' \n'],
  ['half an object', '{"a":'],
  ['a comment', '{} // x'],
  ['a byte order mark', '\ufeff{}'],
  ['depth 10,000', '['.repeat(10_000)],
  ['depth 33', `${'['.repeat(33)}${']'.repeat(33)}`],
  ['a prototype', '{"__proto__":{"a":1}}'],
  ['a prototype further in', '{"a":[{"\\u005f_proto__":1}]}'],
  ['a constructor', '{"constructor":{"prototype":{}}}'],
])('F46 %s is refused without repeating it', (_name, text) => {
  expect(() => parseJsonStrictly(text, limits)).toThrow(InvalidRequestError);
});

test('brackets and quotes inside strings are no depth', () => {
  const text = JSON.stringify({ text: `${'['.repeat(100)}"\\${'{'.repeat(100)}` });
  expect(parseJsonStrictly(text, limits)).toEqual(JSON.parse(text));
});

test('text above the length limit is refused', () => {
  expect(() => parseJsonStrictly('"abc"', { maxDepth: 1, maxLength: 4 })).toThrow(InvalidRequestError);
});
