import { expect, it } from 'vitest';
import { snippetOf } from './snippet-of.ts';
import { searchable } from './spoken-text.ts';

/** The snippet with its marks in brackets. */
function marked(text: string, search: string): string {
  const { snippet, marks } = snippetOf(searchable(text), search);
  return marks.reduceRight(
    (shown, { start, end }) => `${shown.slice(0, start)}[${shown.slice(start, end)}]${shown.slice(end)}`,
    snippet,
  );
}

it.each([
  ['Turn LEFT at the church', 'left church', 'Turn [LEFT] at the [church]'],
  ['The café is shut', 'cafe', 'The [café] is shut'],
  ['The café and the cafe', 'cafe', 'The café and the [cafe]'],
  ['Butter, unbuttered', 'butter', '[Butter], unbuttered'],
  ['Buttered bread', 'but', '[Buttered] bread'],
  ['but buttered', 'but buttered', '[but] [buttered]'],
  ['İstanbul in May', 'may', 'İstanbul in [May]'],
  ['価格は12円', '価格', '[価格]は12円'],
  ['a\n\n  b', 'b', 'a [b]'],
  ['nothing of it', 'zebra', 'nothing of it'],
])('%s, looked for with %s', (text, search, shown) => {
  expect(marked(text, search)).toBe(shown);
});

it('is the piece where most of the words stand together, cut at words', () => {
  const text = `${'pound and more '.repeat(30)}half a pound of butter ${'and more '.repeat(40)}`;
  const shown = marked(text, 'pound butter');
  expect(shown).toMatch(/^….*half a \[pound\] of \[butter\] and more.*…$/);
  expect(shown.length).toBeLessThan(260);
  expect(marked('x'.repeat(500), 'x')).toHaveLength(141);
});
