import { describe, expect, it } from 'vitest';
import { readable, rowsOf, searchable, searchExpression } from './spoken-text.ts';

describe('what was said, cut into rows', () => {
  it('keeps what belongs together, and every character', () => {
    expect(rowsOf(['a question', 'its answer'])).toEqual(['a question\nits answer']);
    expect(rowsOf([' ', ''])).toEqual([]);
    const long = 'word '.repeat(5_000);
    const rows = rowsOf(['short', long]);
    expect(rows.length).toBeGreaterThan(4);
    expect(rows.join('')).toBe(`short${long}`);
    expect(rows.every((row) => row.length <= 8_000)).toBe(true);
  });

  it('cuts no character in two', () => {
    const rows = rowsOf([`x${'😀'.repeat(6_000)}`]);
    expect(rows.length).toBeGreaterThan(1);
    expect(rows.join('').isWellFormed() && rows.every((row) => row.isWellFormed())).toBe(true);
  });
});

describe('a search', () => {
  it('is words and nothing else, however it is written', () => {
    expect(searchExpression('two words', false)).toBe('{text} : ("two" AND "words")');
    expect(searchExpression('two words', true)).toBe('{text} : ("two" AND "words"*)');
    expect(searchExpression('a" OR owner:"c1', false)).toBe('{text} : ("a""" AND "OR" AND "owner:""c1")');
    for (const nothing of ['', '  ', '***', '"" ()']) expect(searchExpression(nothing, true)).toBeNull();
  });

  it('reads as it was written, also where writing has no spaces', () => {
    expect(readable(searchable('価格は12円'))).toBe('価格は12円');
    expect(searchable('a\u0001b\u0000c')).toBe('a b c');
  });
});
