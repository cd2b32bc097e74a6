import { expect, it } from 'vitest';
import { codeMode } from './code-modes.ts';
import { type CodeToken, codeTokens } from './code-tokens.ts';

async function tokensOf(language: string, text: string): Promise<readonly CodeToken[]> {
  const mode = await codeMode(language);
  if (mode === null) throw new Error(`no mode for ${language}`);
  return [...codeTokens(mode, text)].flat();
}

const coloured = async (language: string, text: string) =>
  (await tokensOf(language, text)).map(({ from, to, colour }) => [colour, text.slice(from, to)]);

it('tells keywords, strings, numbers and comments apart, over the ends of lines', async () => {
  const text = 'const a = 1; /* two\nlines */ return `x\ny`;';
  expect(await coloured('ts', text)).toEqual([
    ['keyword', 'const'],
    ['name', 'a'],
    ['number', '1'],
    ['comment', '/* two'],
    ['comment', 'lines */'],
    ['keyword', 'return'],
    ['string', '`x'],
    ['string', 'y`'],
  ]);
});

it.each([
  ['sh', 'if true; then echo "a"; fi # done', ['keyword', 'if']],
  ['/w/dir.d/Dockerfile', 'FROM debian', ['keyword', 'FROM']],
  ['src/a.PY', 'def f(): pass', ['keyword', 'def']],
  ['C:\\w\\a.rs', 'fn main() {}', ['keyword', 'fn']],
  ['json', '{"a": true}', ['number', 'true']],
  ['sql', 'select 1', ['keyword', 'select']],
])('knows %s', async (language, text, expected) => {
  expect(await coloured(language, text)).toContainEqual(expected);
});

it.each(['', 'text', 'brainfuck', '/w/README', 'constructor', '__proto__'])(
  'leaves %j as it is',
  async (name) => {
    expect(await codeMode(name)).toBeNull();
  },
);

const names =
  'js ts json sh py css html xml yml toml ini rs go c cpp cs java kt swift rb sql dockerfile'.split(' ');

it.each(names)('reads whatever stands in a block of %s, in order and within its text', async (name) => {
  const nasty = [
    '"'.repeat(300),
    '`${'.repeat(200),
    '<<EOF\n'.repeat(30),
    '/*'.repeat(300),
    '\\',
    '\u202E\u{1F600}\u0000',
    '{[('.repeat(200),
    "'''",
    '#{'.repeat(99),
    '<!--<a b="',
    '%w(',
    '\n\n\n',
    '$(('.repeat(99),
  ];
  for (const text of [...nasty, nasty.join('\n')]) {
    let end = 0;
    for (const { from, to } of await tokensOf(name, text)) {
      expect(from).toBeGreaterThanOrEqual(end);
      expect(to).toBeGreaterThan(from);
      end = to;
    }
    expect(end).toBeLessThanOrEqual(text.length);
  }
});

it('ends where a line was not written by hand', async () => {
  const text = `let a\n${'let b;'.repeat(200)}\nlet c`;
  expect(await coloured('js', text)).toEqual([
    ['keyword', 'let'],
    ['name', 'a'],
  ]);
});
