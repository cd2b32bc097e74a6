import { describe, expect, it } from 'vitest';
import { splitMarkdown } from './split-markdown.ts';

describe('an answer in pieces', () => {
  it('loses nothing, wherever it is cut', () => {
    const text = '# One\n\ntwo\n\n```ts\na\n\nb\n```\n\nthree\n\n- x\n\n- y\n\nend';
    expect(splitMarkdown(text).join('')).toBe(text);
  });

  it('cuts between paragraphs', () => {
    expect(splitMarkdown('one\n\ntwo\n\nthree')).toEqual(['one\n\n', 'two\n\n', 'three']);
  });

  it('never cuts inside a fenced block, closed or not', () => {
    expect(splitMarkdown('```\na\n\nb\n\nc')).toHaveLength(1);
    expect(splitMarkdown('````\n```\n\nb\n````\n\nafter')).toEqual(['````\n```\n\nb\n````\n\n', 'after']);
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
});
