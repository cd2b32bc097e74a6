import { beforeAll, describe, expect, it } from 'vitest';
import { type NamedBy, namedBy, type Snapshot, takeSnapshot, testsReaching } from './changed-tests.ts';

let snapshot: Snapshot;
let named: NamedBy;
beforeAll(async () => {
  snapshot = await takeSnapshot();
  named = namedBy(snapshot);
});

const tests = (changed: string): readonly string[] => testsReaching([changed], named, snapshot);

describe('a change is tested by all that reaches it', () => {
  it.each([
    ['by an import', 'packages/ui/src/format/text-chunks.ts', 'packages/ui/src/format/text-chunks.test.ts'],
    [
      'by a worker that is started by its path',
      'packages/sidecar/src/gateway/call-bound.worker.ts',
      'packages/sidecar/src/gateway/spend-caps.test.ts',
    ],
    [
      'from another package',
      'packages/contract/src/ledger.ts',
      'packages/ui/src/settings/credentials-section.test.tsx',
    ],
    [
      'by a folder that is read',
      'docs/screens/account-add-sign-in-dark.png',
      'packages/ui/test/screens/screens-of-states.test.ts',
    ],
    ['as a page', 'README.md', 'test/docs.test.ts'],
  ])('%s', (_, changed, test) => {
    expect(snapshot.has(changed)).toBe(true);
    expect(tests(changed)).toContain(test);
  });

  it('and by little else', () => {
    const all = [...snapshot.keys()].filter(
      (path) => path.endsWith('.test.ts') || path.endsWith('.test.tsx'),
    );
    expect(tests('packages/ui/src/format/text-chunks.ts').length).toBeLessThan(all.length / 2);
    expect(tests('packages/ui/src/format/text-chunks.ts')).not.toContain(
      'packages/sidecar/src/ledger/ledger.test.ts',
    );
    expect(tests('README.md').every((path) => path.startsWith('test/'))).toBe(true);
  });
});
