import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { canBeQuoted, execArgument, powerShellText, shellWord, windowsArgument, xmlText } from './quoting.ts';

/** What a home directory may be called. */
const awkward = [
  '/home/a b/x',
  "/home/it's/x",
  '/home/"q"/x',
  '/home/100%/%u/x',
  '/home/$HOME/`id`/$(id)/x',
  String.raw`/home/back\slash\\/x`,
  '/home/semi;colon&and|pipe>/x',
  '/home/äöü-日本/x',
  '/home/-n/~/*/x',
];
const bySh = (words: string): readonly string[] =>
  execFileSync('/bin/sh', ['-c', `for each in ${words}; do printf '%s\\0' "$each"; done`], {
    encoding: 'utf8',
  })
    .split('\0')
    .slice(0, -1);

it.skipIf(process.platform === 'win32')('quotes a word so that sh reads exactly that word', () => {
  expect(bySh(awkward.map(shellWord).join(' '))).toEqual(awkward);
});

/** The value of a key is unescaped, then the line is taken apart, then fields are put in. Inside quotes its rules are those of sh. */
it.skipIf(process.platform === 'win32')(
  'quotes an argument of an Exec key so that it comes out as it was',
  () => {
    const value = awkward.map(execArgument).join(' ').replaceAll('\\\\', '\\');
    expect(bySh(value).map((word) => word.replaceAll('%%', '%'))).toEqual(awkward);
    expect(execArgument('/a%b')).toBe('"/a%%b"');
    expect(execArgument(String.raw`/a\b`)).toBe(String.raw`"/a\\\\b"`);
    expect(execArgument('/a$b')).toBe(String.raw`"/a\\$b"`);
  },
);

it('quotes text for XML and PowerShell', () => {
  expect(xmlText('/a&b/<c>')).toBe('/a&amp;b/&lt;c&gt;');
  expect(powerShellText("C:\\it's\\O\u2019Neill\\$x")).toBe("'C:\\it''s\\O\u2019\u2019Neill\\$x'");
});

it.each([
  ['C:\\Program Files\\node.exe', '"C:\\Program Files\\node.exe"'],
  ['C:\\data\\', '"C:\\data\\\\"'],
  ['a"b', '"a\\"b"'],
  ['a\\"b', '"a\\\\\\"b"'],
])('quotes the Windows argument %s', (text, quoted) => {
  expect(windowsArgument(text)).toBe(quoted);
});

it('tells what cannot stand in a launcher', () => {
  expect(['/a\nb', '/a\u0000b', '/a\u007fb'].some(canBeQuoted)).toBe(false);
  expect(awkward.every(canBeQuoted)).toBe(true);
});
