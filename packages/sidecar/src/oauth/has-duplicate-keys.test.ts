import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hasDuplicateKeys } from './has-duplicate-keys.ts';

it.each([
  ['{"a":1,"a":2}', true],
  ['{"a":1,"\\u0061":2}', true],
  ['{"a" : 1 ,\n"b":2,\t"a"\n:3}', true],
  ['{"a":{"b":1},"b":"a","c":["a","a"]}', false],
  ['{"a":{"b":1,"b":2}}', false],
  ['{"a":"\\"a\\":","b":"{\\"a\\":1"}', false],
  ['["a","a"]', false],
  ['"a"', false],
])('sees in %s whether a member is named twice: %s', (json, repeated) => {
  expect(hasDuplicateKeys(json)).toBe(repeated);
});

it('finds none in what JSON.stringify writes, and one where a member is put in again', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), (value) => {
      const json = JSON.stringify(value, null, 1);
      expect(hasDuplicateKeys(json)).toBe(false);
      const [name] = Object.keys(value);
      expect(hasDuplicateKeys(`{${JSON.stringify(name)}:0,${json.slice(1)}`)).toBe(true);
    }),
    { numRuns: 200 },
  );
});
