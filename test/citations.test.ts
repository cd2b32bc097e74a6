import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  brokenCitations,
  faultNumbers,
  faultsPage,
  readCitingFiles,
  unknownFaults,
} from './docs/citations.ts';
import { root } from './docs/read-pages.ts';

const self = ['test/citations.test.ts', 'test/docs/citations.ts'];
const files = readCitingFiles().filter(({ path }) => !self.includes(path));
const pageOf = (path: string): string | null =>
  existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : null;
const faults = faultNumbers(pageOf(faultsPage) ?? '');

describe('what code, tests and pages cite', () => {
  it('is a page and a heading of this repository', () => {
    expect(files.length).toBeGreaterThan(500);
    expect(files.flatMap((file) => brokenCitations(file, pageOf))).toEqual([]);
  });

  it('is a fault that the specification describes', () => {
    expect(files.flatMap((file) => unknownFaults(file, faults))).toEqual([]);
  });

  it('covers every fault with a test of that number', () => {
    const tests = files.filter(({ path }) => /\.(?:test|program)\.tsx?$/.test(path));
    const tested = new Set(tests.flatMap(({ text }) => text.match(/\bF\d{2,3}\b/g) ?? []));
    expect([...faults].filter((number) => !tested.has(number))).toEqual([]);
  });

  it('numbers the faults without a gap', () => {
    const numbers = Array.from(faults, (_, index) => `F${String(index + 1).padStart(2, '0')}`);
    expect([...faults]).toEqual(numbers);
    expect(faults.size).toBeGreaterThan(50);
  });
});

describe('the check itself', () => {
  const pages = (path: string): string | null => (path === 'docs/a.md' ? '# One\n\n## Two words\n' : null);
  const found = (text: string): readonly string[] => brokenCitations({ path: 'x.ts', text }, pages);

  it('finds a page and a heading that do not exist', () => {
    expect(found('\n/** Source: docs/b.md. */')).toEqual(['x.ts:2: docs/b.md']);
    expect(found('// docs/a.md#three')).toEqual(['x.ts:1: docs/a.md#three']);
    expect(found("// docs/a.md#two-words, docs/a.md; 'docs/b.md', /home/docs/b.md")).toEqual([]);
  });

  it('finds a section of a document that is not in the repository', () => {
    expect(found('(contract, section 5.1)')).toEqual(['x.ts:1: contract, section 5.1']);
    expect(found('by design section 5, steps 6 to 10')).toEqual(['x.ts:1: design section 5']);
    expect(found('Source: faults F01; facts, section 2')).toHaveLength(2);
    expect(found('Source: RFC 6749, section 5.2')).toEqual([]);
  });

  it('finds a fault number without a heading', () => {
    const known = faultNumbers('### F01\n\n## F02\n\nF03\n');
    expect(unknownFaults({ path: 'x.ts', text: 'F01 F02\nF03' }, known)).toEqual([
      'x.ts:1: F02',
      'x.ts:2: F03',
    ]);
  });
});
