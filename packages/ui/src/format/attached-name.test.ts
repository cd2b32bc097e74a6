import { expect, it } from 'vitest';
import { attachedName } from './attached-name.ts';

it.each([
  [
    '/home/ada/.cache/postern/attachments/0123456789abcdef/3f1c9a52-7a0b-4a44-9b1e-1f2e3d4c5b6a/scan 1.pdf',
    'scan 1.pdf',
  ],
  [
    'C:\\Users\\Ada\\AppData\\Local\\postern\\attachments\\0123456789abcdef\\3f1c9a52-7a0b-4a44-9b1e-1f2e3d4c5b6a\\a.png',
    'a.png',
  ],
  ['/home/ada/attachments/notes.md', '/home/ada/attachments/notes.md'],
])('calls %s %s', (path, name) => {
  expect(attachedName(path)).toBe(name);
});
