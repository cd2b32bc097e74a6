import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasHiddenText, lookAlikeWords, textSegments, visibleText } from './visible-text.ts';

describe('characters that do not show', () => {
  it.each([
    ['right-to-left override', '\u202E', 'U+202E'],
    ['right-to-left isolate', '\u2067', 'U+2067'],
    ['right-to-left mark', '\u200F', 'U+200F'],
    ['Arabic letter mark', '\u061C', 'U+061C'],
    ['zero-width space', '\u200B', 'U+200B'],
    ['zero-width joiner between letters', '\u200D', 'U+200D'],
    ['word joiner', '\u2060', 'U+2060'],
    ['byte order mark', '\uFEFF', 'U+FEFF'],
    ['soft hyphen', '\u00AD', 'U+00AD'],
    ['no-break space', '\u00A0', 'U+00A0'],
    ['ideographic space', '\u3000', 'U+3000'],
    ['Hangul filler', '\u3164', 'U+3164'],
    ['braille blank', '\u2800', 'U+2800'],
    ['line separator', '\u2028', 'U+2028'],
    ['variation selector', '\uFE0F', 'U+FE0F'],
    ['tag letter', '\u{E0041}', 'U+E0041'],
    ['escape', '\u001B', 'U+001B'],
    ['backspace', '\b', 'U+0008'],
    ['carriage return', '\r', 'U+000D'],
    ['lone surrogate', '\uD800', 'U+D800'],
  ])('%s', (_name, character, code) => {
    expect(visibleText(`a${character}b`)).toBe(`a⟨${code}⟩b`);
    expect(hasHiddenText(`a${character}b`)).toBe(true);
    expect(textSegments(`a${character}b`)).toEqual([
      { text: 'a', isMark: false },
      { text: `⟨${code}⟩`, isMark: true },
      { text: 'b', isMark: false },
    ]);
  });

  it('include a variation selector behind a digit, and the third of stacked marks', () => {
    expect(visibleText('1\uFE0F *\uFE0F a\u0301\u0301\u0301')).toBe(
      '1⟨U+FE0F⟩ *⟨U+FE0F⟩ a\u0301\u0301⟨U+0301⟩',
    );
  });

  it.each(['plain\n\ttext', 'one\r\ntwo', 'naïve Straße 日本語 عربي', '👨‍👩‍👧 ❤️ 👍🏽 1️⃣'])(
    '%j shows all it has',
    (text) => {
      expect(visibleText(text)).toBe(text);
      expect(hasHiddenText(text)).toBe(false);
    },
  );

  it('are found in parts where they are found in one, wherever the text is cut', () => {
    const unit = fc.constantFrom(
      ...[
        'a',
        '1',
        '\r',
        '\n',
        '\u200D',
        '\uFE0F',
        '\u20E3',
        '\u0301',
        '👩',
        '🏽',
        '❤',
        '\uD83D',
        '\uDE00',
        '\u202E',
      ],
    );
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 12 }), fc.integer({ min: 1, max: 7 }), (units, length) => {
        const text = units.join('');
        const parts = Array.from({ length: Math.ceil(text.length / length) }, (_, at) =>
          hasHiddenText(text, at * length, (at + 1) * length),
        );
        expect(parts.includes(true)).toBe(hasHiddenText(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('are marked behind the last segment as well', () => {
    const segments = textSegments('a\u202E'.repeat(5_000));
    expect(segments.length).toBeLessThan(2_100);
    expect(segments.map(({ text }) => text).join('')).toBe('a⟨U+202E⟩'.repeat(5_000));
  });
});

describe('letters that pass for Latin ones', () => {
  it.each([
    ['раypal.com', ['раypal']],
    ['/home/ada/сonfig.ts', ['сonfig']],
    ['ｒｍ -rf', ['ｒｍ']],
    ['𝐛𝐚𝐬𝐡 x', ['𝐛𝐚𝐬𝐡']],
  ])('%s', (text, words) => {
    expect(lookAlikeWords(text)).toEqual(words);
  });

  it.each(['привет мир', 'config.ts', 'Ω and α', 'naïve'])('%s has none', (text) => {
    expect(lookAlikeWords(text)).toEqual([]);
  });
});
