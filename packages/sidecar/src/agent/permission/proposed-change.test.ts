import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyPatch } from 'diff';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ChangePreviewer } from './change-previewer.ts';
import { additionOf, previewChange } from './proposed-change.ts';

function file(content: string | Uint8Array): string {
  const dir = mkdtempSync(join(tmpdir(), 'postern-preview-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const path = join(dir, 'a.txt');
  writeFileSync(path, content);
  return path;
}

describe('a change, before it is made', () => {
  it('is a difference that makes the very text the tool would write', () => {
    const path = file('one\ntwo\n$& three\n');
    const edit = { toolName: 'Edit', path, input: { old_string: 'two', new_string: '$& zwei' } };
    const { diff } = previewChange(edit);
    expect(applyPatch('one\ntwo\n$& three\n', diff ?? '')).toBe('one\n$& zwei\n$& three\n');
    expect(previewChange({ toolName: 'Write', path, input: { content: 'new' } }).diff).toContain('-one');
  });

  it('of a new file adds every line, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '\n', '\r', ' ', '\\') }), (content) => {
        expect(applyPatch('', additionOf('/n', content))).toBe(content);
      }),
    );
  });

  it('has no difference where the file holds no text, is no file, is too long or does not hold what is replaced', () => {
    const write = (path: string) => previewChange({ toolName: 'Write', path, input: { content: 'x' } });
    expect(write(file(Uint8Array.of(0x89, 0x50, 0, 1)))).toEqual({ diff: null, caution: 'binary_file' });
    expect(write(file(Uint8Array.of(0xff, 0xfe, 0x41)))).toEqual({ diff: null, caution: 'binary_file' });
    expect(write(file('x'.repeat(1024 * 1024 + 1)))).toEqual({ diff: null, caution: 'no_difference' });
    const path = file('one');
    expect(write(join(path, '..'))).toEqual({ diff: null, caution: 'no_difference' });
    execFileSync('mkfifo', [`${path}.pipe`]);
    expect(write(`${path}.pipe`)).toEqual({ diff: null, caution: 'no_difference' });
    const input = { old_string: 'none', new_string: 'x' };
    expect(previewChange({ toolName: 'Edit', path, input })).toEqual({ diff: null, caution: null });
    expect(previewChange({ toolName: 'NotebookEdit', path, input: { new_source: 'x' } })).toEqual({
      diff: null,
      caution: null,
    });
  });
});

describe('the thread that makes previews', () => {
  it('leaves the sidecar free, and gives up where a comparison takes too long', async () => {
    const previewer = new ChangePreviewer();
    onTestFinished(() => previewer.close());
    const path = file(Array.from({ length: 60_000 }, (_, at) => `${at % 7}`).join('\n'));
    const content = Array.from({ length: 60_000 }, (_, at) => `${(at * 3) % 11}`).join('\n');
    let turns = 0;
    let isMade = false;
    const turn = (): void => {
      turns += 1;
      if (!isMade) setImmediate(turn);
    };
    turn();
    const preview = await previewer.preview({ toolName: 'Write', path, input: { content } });
    isMade = true;
    expect(preview).toEqual({ diff: null, caution: 'no_difference' });
    // Made on this thread, the loop would not have come round at all.
    expect(turns).toBeGreaterThan(100);
  });

  it('makes the next preview after its thread was lost', async () => {
    const previewer = new ChangePreviewer();
    onTestFinished(() => previewer.close());
    const change = { toolName: 'Write', path: file('one\n'), input: { content: 'two\n' } };
    const lost = previewer.preview(change);
    await new Promise(setImmediate);
    await previewer.close();
    expect(await lost).toEqual({ diff: null, caution: 'no_difference' });
    expect((await previewer.preview(change)).diff).toContain('-one\n+two');
  });

  it('makes no more than its share at once', async () => {
    const previewer = new ChangePreviewer();
    onTestFinished(() => previewer.close());
    const change = { toolName: 'Write', path: file('one\n'), input: { content: 'two\n' } };
    const previews = await Promise.all(Array.from({ length: 30 }, () => previewer.preview(change)));
    const made = previews.filter(({ diff }) => diff !== null).length;
    // On a busy machine some of its share may run out of time.
    expect(made).toBeGreaterThan(0);
    expect(made).toBeLessThanOrEqual(16);
  });
});
