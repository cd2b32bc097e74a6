import { describe, expect, it } from 'vitest';
import { extendPieces, fencedCode, longestPiece, noPieces, splitMarkdown } from './markdown-pieces.ts';

const everything = '# One\n\ntwo\n\n```ts\na\n\nb\n```\n\nthree\n\n- x\n\n- y\n\nend\n';

describe('an answer in pieces', () => {
  it.each([
    everything,
    everything.repeat(900),
    '- item\n'.repeat(9000),
    '> said\n'.repeat(9000),
    '`'.repeat(70_000),
    '```\n'.repeat(20_001),
  ])('loses nothing, wherever it is cut', (text) => {
    expect(splitMarkdown(text).join('')).toBe(text);
  });

  it('cuts between paragraphs', () => {
    expect(splitMarkdown('one\n\ntwo\n\nthree')).toEqual(['one\n\n', 'two\n\n', 'three']);
  });

  it('never cuts inside a fenced block, closed or not, and cuts around one', () => {
    expect(splitMarkdown('```\na\n\nb\n\nc')).toHaveLength(1);
    expect(splitMarkdown('````\n```\n\nb\n````\n\nafter')).toEqual(['````\n```\n\nb\n````\n\n', 'after']);
    expect(splitMarkdown('before\n```\na\n```\n- after')).toEqual(['before\n', '```\na\n```\n', '- after']);
    expect(splitMarkdown('- a\n  ```\n  b\n  ```\n- c')).toHaveLength(1);
  });

  it('keeps lists, quotations and what is indented together', () => {
    expect(splitMarkdown('1. a\n\n2. b\n\n   more\n\n> c\n\n> d')).toHaveLength(1);
  });

  it('does not cut where a definition serves another place', () => {
    expect(splitMarkdown('see [x]\n\nmore\n\n[x]: https://example.com')).toHaveLength(1);
  });

  it('changes only its last piece as the text grows', () => {
    const whole = 'one\n\ntwo\n\nthree\n\nfour';
    const before = splitMarkdown(whole.slice(0, 12));
    const after = splitMarkdown(whole);
    expect(after.slice(0, before.length - 1)).toEqual(before.slice(0, -1));
  });

  it('becomes the same pieces whether it came at once or bit by bit', () => {
    const whole = everything.repeat(900);
    let grown = noPieces;
    for (let length = 0; length < whole.length; length += 997)
      grown = extendPieces(grown, whole.slice(0, length));
    expect(extendPieces(grown, whole).pieces).toEqual(splitMarkdown(whole));
  });

  it('has pieces that can be parsed in bounded time, but for one line or one block of code', () => {
    for (const text of [
      '- item\n'.repeat(9000),
      '> said\n'.repeat(9000),
      'a\n'.repeat(50_000),
      '|a|b|\n'.repeat(9000),
    ])
      for (const piece of splitMarkdown(text)) expect(piece.length).toBeLessThanOrEqual(longestPiece);
  });
});

describe('a block of code', () => {
  it.each([
    ['```ts\na\n\nb\n```\n\n', { language: 'ts', code: 'a\n\nb\n' }],
    ['~~~\na\n', { language: null, code: 'a\n' }],
    ['````md\n```\na\n```\n````', { language: 'md', code: '```\na\n```\n' }],
    ['```\n```', { language: null, code: '' }],
  ])('is read without a parser: %j', (piece, read) => {
    expect(fencedCode(piece)).toEqual(read);
  });

  it.each(['a\n```\nb\n```', '```\na\n```\nb', '``` a ``` b\n', 'a'])('is nothing else: %j', (piece) => {
    expect(fencedCode(piece)).toBeNull();
  });
});
