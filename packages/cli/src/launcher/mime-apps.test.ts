import { lstatSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { changeMimeApps, withLinkHandler, withoutLinkHandler } from './mime-apps.ts';

const line = 'x-scheme-handler/postern=postern.desktop\n';
const others =
  '[Added Associations]\ntext/html=a.desktop;\n\n[Default Applications]\ntext/html=firefox.desktop\n';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'postern-mime-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

it.each(['', others, '[Default Applications]\n\n[Removed Associations]\nx=y\n'])(
  'adds one line and takes exactly that one out again: %j',
  (before) => {
    const after = withLinkHandler(before);
    expect(after).toContain(`[Default Applications]\n${line}`);
    expect(withLinkHandler(after)).toBe(after);
    expect(withoutLinkHandler(after)).toBe(before);
  },
);

it('leaves what the user or another program chose', () => {
  for (const chosen of ['other.desktop', 'other.desktop;postern.desktop;']) {
    const text = `[Default Applications]\nx-scheme-handler/postern=${chosen}\n`;
    expect(withLinkHandler(text)).toBe(text);
    expect(withoutLinkHandler(text)).toBe(text);
  }
  const elsewhere = `[Added Associations]\n${line}`;
  expect(withoutLinkHandler(elsewhere)).toBe(elsewhere);
});

it('writes through a link to where the file is kept, and removes a file that held nothing else', () => {
  const [kept, path] = [join(directory, 'kept'), join(directory, 'mimeapps.list')];
  writeFileSync(kept, others, { mode: 0o640 });
  symlinkSync(kept, path);
  expect(changeMimeApps(path, withLinkHandler)).toBe(true);
  expect([lstatSync(path).isSymbolicLink(), lstatSync(kept).mode & 0o777]).toEqual([true, 0o640]);
  expect(readFileSync(kept, 'utf8')).toContain(line);
  expect(changeMimeApps(path, withLinkHandler)).toBe(false);

  const fresh = join(directory, 'config/mimeapps.list');
  changeMimeApps(fresh, withLinkHandler);
  expect(readFileSync(fresh, 'utf8')).toBe(`[Default Applications]\n${line}`);
  expect(changeMimeApps(fresh, withoutLinkHandler)).toBe(true);
  expect(lstatSync(fresh, { throwIfNoEntry: false })).toBeUndefined();
});
