import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inTheWindow } from '../packaging/steps/write-notices.ts';

test('the licences that are shipped are those of what the window is made of', () => {
  const source = join(import.meta.dirname, '../packages/ui/src');
  const imported = globSync('**/*.{ts,tsx}', { cwd: source })
    .filter((file) => !file.includes('.test.'))
    .flatMap((file) => [
      ...readFileSync(join(source, file), 'utf8').matchAll(
        /(?:from |import\(|import )'((?:@[\w-]+\/)?[\w-]+)/g,
      ),
    ])
    .map(([, name = '']) => name)
    .filter((name) => !name.startsWith('@postern/'));
  // Imported by what stands in for React.
  const behind = ['preact'];
  expect([...new Set([...imported, ...behind])].toSorted()).toEqual([...inTheWindow].toSorted());
});
