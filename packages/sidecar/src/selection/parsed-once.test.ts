import { expect, it } from 'vitest';
import { parsedOnce } from './parsed-once.ts';

it('takes the very same document apart once, and any other one again', () => {
  const parsed: unknown[] = [];
  const parse = parsedOnce((document) => {
    parsed.push(document);
    return [document];
  });
  const document = { list: [1] };
  expect(parse(document)).toBe(parse(document));
  expect(parse({ list: [1] })).not.toBe(parse(document));
  expect(parse(null)).toEqual([null]);
  expect(parsed).toEqual([document, { list: [1] }, document, null]);
});
