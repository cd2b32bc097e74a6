import { describe, expect, it } from 'vitest';
import { changeMade } from './file-change.ts';

const made = (output: unknown) => changeMade(output, '/w');

describe('a change that was made', () => {
  it('is read from the SDK’s output', () => {
    expect(made({ type: 'create', filePath: '/w/n', content: 'hi\n', structuredPatch: [] })).toEqual({
      path: '/w/n',
      diff: '--- /dev/null\n+++ /w/n\n@@ -0,0 +1,1 @@\n+hi\n',
    });
    const hunk = { oldStart: 1, oldLines: 1, newStart: 1, newLines: 1, lines: ['-a', '+b'] };
    expect(made({ filePath: '/w/n', structuredPatch: [hunk] })?.diff).toContain('@@ -1,1 +1,1 @@\n-a\n+b');
    expect(made({ stdout: 'x' })).toBeNull();
    expect(made('Error: no')).toBeNull();
  });

  it.each([
    ['n', '/w/n'],
    ['./src/../n', '/w/n'],
    ['/elsewhere/n', '/elsewhere/n'],
  ])('%s is named by its absolute path', (filePath, path) => {
    const change = made({ type: 'create', filePath, content: 'hi\n', structuredPatch: [] });
    expect(change?.path).toBe(path);
    expect(change?.diff).toContain(`+++ ${path}\n`);
  });

  describe('in a file with tabs, which the program shows as spaces', () => {
    const hunk = { oldStart: 1, oldLines: 2, newStart: 1, newLines: 2, lines: [' a:', '-  one', '+  two'] };
    const rows = '@@ -1,2 +1,2 @@\n a:\n-\tone\n+\ttwo\n';
    const originalFile = 'a:\n\tone\n';

    it('is what the file held and holds, for a whole file and for an edit', () => {
      const write = { type: 'update', filePath: '/w/n', content: 'a:\n\ttwo\n', originalFile };
      expect(made({ ...write, structuredPatch: [hunk] })?.diff).toContain(rows);
      const edit = { filePath: '/w/n', originalFile, oldString: '\tone', newString: '\ttwo' };
      expect(made({ ...edit, replaceAll: false, structuredPatch: [hunk] })?.diff).toContain(rows);
    });

    it('stays the program’s where that cannot be known', () => {
      const shown = '-  one\n+  two\n';
      const write = { type: 'update', filePath: '/w/n', content: 'a:\n\ttwo\n' };
      for (const other of [null, 'b:\n\tone\n', '\tone\n', ''])
        expect(made({ ...write, originalFile: other, structuredPatch: [hunk] })?.diff).toContain(shown);
    });
  });

  it('is shown whole or not at all', () => {
    const lines = Array.from({ length: 3_000 }, () => `+${'x'.repeat(100)}`);
    const hunk = { oldStart: 1, oldLines: 0, newStart: 1, newLines: lines.length, lines };
    expect(made({ filePath: '/w/n', structuredPatch: [hunk] })).toEqual({ path: '/w/n', diff: null });
    const content = 'x\n'.repeat(200_000);
    expect(made({ type: 'create', filePath: '/w/n', content })).toEqual({ path: '/w/n', diff: null });
  });
});
