import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from './docs/read-pages.ts';

const code = 'packages/sidecar/src';
const everyone = ['secret', 'errors'];
const equipment =
  /\.test\.ts$|\.program\.ts$|-(?:fixture|suite|stand-in)\.ts$|stand-ins?\.ts$|\/test(?:ing)?\//;

/** Name in the first column → names in the third, of a table whose head is `| module | is for | may import |`. Pure. */
function rowsOf(page: string): ReadonlyMap<string, readonly string[]> {
  const table = page.split('| module | is for | may import |\n')[1]?.split('\n\n')[0] ?? '';
  return new Map(
    [...table.matchAll(/^\| `([^`]+)` \|.*\| ([^|]+) \|$/gm)].map(([, name = '', allowed = '']) => [
      name.replace(/\/$/, ''),
      allowed.split(', ').map((each) => each.replaceAll('`', '').replace(/\/$/, '')),
    ]),
  );
}

/** What the files of a row import from the other rows, each as the page names it. */
function importsOf(name: string): readonly string[] {
  const files = name.endsWith('.ts')
    ? [`${code}/${name}`]
    : globSync(`${code}/${name}/**/*.ts`, { cwd: root });
  const found = files
    .filter((file) => !equipment.test(file))
    .flatMap((file) =>
      [...readFileSync(join(root, file), 'utf8').matchAll(/from '(\.[^']+)'/g)].map(([, specifier = '']) =>
        join(file, '..', specifier).slice(code.length + 1),
      ),
    )
    .map((path) => path.split('/')[0] ?? '')
    .filter((other) => other !== name && other !== 'version.ts');
  return [...new Set(found)].toSorted();
}

describe('the table of ARCHITECTURE.md', () => {
  const rows = rowsOf(readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8'));

  it('has a row for every folder and every file of the sidecar’s first level', () => {
    const first = globSync(`${code}/*`, { cwd: root }).map((path) => path.slice(code.length + 1));
    expect(first.filter((name) => !rows.has(name) && !['index.ts', 'version.ts'].includes(name))).toEqual([]);
  });

  it('lets no module import what its row does not name', () => {
    const untrue = [...rows].flatMap(([name, allowed]) =>
      allowed.includes('every module')
        ? []
        : importsOf(name)
            .filter((other) => !allowed.includes(other) && !everyone.includes(other))
            .map((other) => `${name} imports ${other}`),
    );
    expect(untrue).toEqual([]);
  });

  it.each(['composition', 'run-sidecar.ts', 'open-alone.ts', 'main.ts'])(
    'names all that %s imports, and no more',
    (name) => {
      const named = (rows.get(name) ?? []).filter((other) => !everyone.includes(other));
      expect(named.toSorted()).toEqual(importsOf(name).filter((other) => !everyone.includes(other)));
    },
  );
});

describe('the check itself', () => {
  it('reads a row', () => {
    const page =
      '| module | is for | may import |\n| --- | --- | --- |\n| `a/` | x, y | `b.ts`, c |\n\n| `d` | z | e |\n';
    expect(rowsOf(page)).toEqual(new Map([['a', ['b.ts', 'c']]]));
  });
});
