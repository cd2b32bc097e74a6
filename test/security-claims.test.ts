import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const page = readFileSync(join(root, 'docs/security.md'), 'utf8');

interface Claim {
  readonly text: string;
  readonly tests: readonly { readonly file: string; readonly name: string }[];
}

/** Each row of a table: what holds, and the tests that show it, as a file and the names that follow it. */
function claimsOf(text: string): readonly Claim[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (?:---|what holds )/.test(line))
    .map((line) => {
      const [, claim = '', shown = ''] = line.split('|').map((cell) => cell.trim());
      const files = [...shown.matchAll(/`([^`]+)`((?:[, ]*“[^”]+”)+)/g)];
      return {
        text: claim,
        tests: files.flatMap(([, file = '', names = '']) =>
          [...names.matchAll(/“([^”]+)”/g)].map(([, name = '']) => ({ file, name })),
        ),
      };
    });
}

/** Why a test that is named is none; null where it is one. A name may be a part of it, where a table fills in the rest. */
function fault({ file, name }: Claim['tests'][number]): string | null {
  if (!/\.test\.tsx?$|(^|\/)suite\.ts$/.test(file)) return `${file} is no test`;
  if (!existsSync(join(root, file))) return `${file} is not there`;
  const source = readFileSync(join(root, file), 'utf8');
  const named = [
    ...source.matchAll(/(?:\b(?:test|it)(?:\.each[^'"`]*?)?|\]\))\(\s*(['"`])((?:(?!\1).)*)\1/gs),
  ];
  return named.some(([, , each = '']) => each.replaceAll("\\'", "'").includes(name))
    ? null
    : `${file} has no test “${name}”`;
}

describe('docs/security.md', () => {
  const claims = claimsOf(page);

  test('names for every claim a test that exists', () => {
    expect(claims.length).toBeGreaterThan(35);
    expect(claims.filter(({ tests }) => tests.length === 0).map(({ text }) => text)).toEqual([]);
    expect(claims.flatMap(({ tests }) => tests.map(fault)).filter((why) => why !== null)).toEqual([]);
  });

  test('says what it cannot protect against, and how to report a flaw', () => {
    for (const heading of ['## What it cannot protect against', '## Report a flaw'])
      expect(page).toContain(heading);
    expect(page).not.toMatch(/TODO|example\.com|@[a-z]+\.[a-z]+/);
  });
});

describe('the check itself', () => {
  test('finds a claim without a test, a file that is not there, and a name that no test has', () => {
    const [bare] = claimsOf('| Nothing leaks | trust us |');
    expect(bare?.tests).toEqual([]);
    expect(fault({ file: 'test/none.test.ts', name: 'x' })).toMatch(/is not there/);
    expect(fault({ file: 'test/security-claims.test.ts', name: 'no such name' + ' here' })).toMatch(
      /has no test/,
    );
    expect(fault({ file: 'test/security-claims.test.ts', name: 'the check itself' })).toMatch(/has no test/);
    expect(fault({ file: 'README.md', name: 'Postern' })).toMatch(/is no test/);
    expect(
      fault({ file: 'test/security-claims.test.ts', name: 'names for every claim a test that exists' }),
    ).toBeNull();
  });
});
