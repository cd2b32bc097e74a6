import { chmodSync, chownSync, lstatSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTestStore, temporaryDirectory } from '../../test/support/store/harness.ts';
import { ConfigurationError } from '../errors/index.ts';
import { checkPrivateFile, ensurePrivateDirectory } from './private-directory.ts';

let directory: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory.remove());

const modeOf = (path: string): number => lstatSync(path).mode & 0o777;

function refusal(run: () => unknown): { code: string; exitCode: number; detail: string } {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

test('a directory that is not there is created with mode 0700, its parents too', () => {
  const path = join(directory.path, 'a', 'b');
  ensurePrivateDirectory(path);
  expect([modeOf(path), modeOf(join(directory.path, 'a'))]).toEqual([0o700, 0o700]);
  ensurePrivateDirectory(path);
});

test.each([0o777, 0o755, 0o750, 0o710, 0o701, 0o702])(
  'F29: a directory of mode %o is refused with the command that mends it, and is not touched',
  (mode) => {
    const path = join(directory.path, 'it’s mine');
    mkdirSync(path);
    chmodSync(path, mode);
    const { code, exitCode, detail } = refusal(() => ensurePrivateDirectory(path));
    expect([code, exitCode]).toEqual(['unsafe_storage', 78]);
    expect(detail).toContain(`chmod 700 '${path}'`);
    expect(modeOf(path)).toBe(mode);
  },
);

test('F29: a link is refused, even to a private directory of our own', () => {
  const link = join(directory.path, 'link');
  mkdirSync(join(directory.path, 'real'), { mode: 0o700 });
  symlinkSync(join(directory.path, 'real'), link);
  expect(refusal(() => ensurePrivateDirectory(link))).toMatchObject({
    code: 'unsafe_storage',
    exitCode: 78,
    detail: expect.stringContaining('is a link'),
  });
});

test('F29: another owner’s directory is refused', () => {
  // Root can give a directory away; anybody else meets root's own.
  const path = process.getuid?.() === 0 ? join(directory.path, 'theirs') : '/usr';
  if (process.getuid?.() === 0) {
    mkdirSync(path, { mode: 0o700 });
    chownSync(path, 65_534, 65_534);
  }
  const { code, exitCode, detail } = refusal(() => ensurePrivateDirectory(path));
  expect([code, exitCode]).toEqual(['unsafe_storage', 78]);
  expect(detail).toContain('another user');
});

test('a file in its place is refused, and so is a place below a file', () => {
  const file = join(directory.path, 'file');
  writeFileSync(file, '');
  expect(refusal(() => ensurePrivateDirectory(file)).exitCode).toBe(78);
  for (const path of [join(file, 'below'), join(file, 'below', 'deep')])
    expect(refusal(() => ensurePrivateDirectory(path))).toMatchObject({
      code: 'data_dir_unusable',
      exitCode: 73,
      detail: expect.stringContaining('lies below something that is no directory'),
    });
});

test('a path that cannot be there is told from one that is not safe', () => {
  const circle = join(directory.path, 'circle');
  symlinkSync(circle, circle);
  expect(refusal(() => ensurePrivateDirectory(join(circle, 'data')))).toMatchObject({
    code: 'data_dir_unusable',
    exitCode: 73,
    detail: expect.stringContaining('go round in a circle'),
  });
  expect(refusal(() => ensurePrivateDirectory(join(directory.path, 'a'.repeat(300))))).toMatchObject({
    code: 'data_dir_unusable',
    exitCode: 73,
    detail: expect.stringContaining('too long'),
  });
});

test.skipIf(process.platform === 'win32')(
  'a path that may not be looked at is a matter of permission',
  () => {
    const shut = join(directory.path, 'shut');
    mkdirSync(shut, { mode: 0o000 });
    const us = process.getuid?.() ?? 0;
    // Root may look everywhere: it looks as somebody else.
    if (us === 0) process.seteuid?.(65_534);
    try {
      expect(refusal(() => ensurePrivateDirectory(join(shut, 'data')))).toMatchObject({
        code: 'data_dir_unusable',
        exitCode: 77,
        detail: expect.stringContaining('EACCES'),
      });
    } finally {
      if (us === 0) process.seteuid?.(0);
      chmodSync(shut, 0o700);
    }
  },
);

test('a database file that others could read is tightened, and a link in its place is refused', () => {
  const file = join(directory.path, 'postern.db');
  expect(checkPrivateFile(file)).toBe(false);
  writeFileSync(file, '', { mode: 0o644 });
  expect(checkPrivateFile(file)).toBe(true);
  expect(modeOf(file)).toBe(0o600);
  const link = join(directory.path, 'lock.db');
  symlinkSync(file, link);
  expect(refusal(() => checkPrivateFile(link)).code).toBe('unsafe_storage');
});

test('F29: a store does not open in an unsafe directory, and creates nothing there', async () => {
  const path = join(directory.path, 'loose');
  mkdirSync(path);
  chmodSync(path, 0o777);
  await expect(openTestStore(path)).rejects.toMatchObject({ code: 'unsafe_storage', exitCode: 78 });
  expect(lstatSync(path).nlink).toBe(2);
  expect(() => lstatSync(join(path, 'postern.db'))).toThrow('ENOENT');
});

test('every file that a store makes has mode 0600, whatever the umask', async () => {
  const path = join(directory.path, 'data');
  const umask = process.umask(0);
  try {
    const store = await openTestStore(path, { kind: 'passphrase_file' });
    await store.exclusively(async () => undefined);
    store.documents.update('settings', () => ({}));
    const files = ['postern.db', 'postern.db-wal', 'postern.db-shm', 'lock.db'];
    expect(files.map((name) => modeOf(join(path, name)))).toEqual([0o600, 0o600, 0o600, 0o600]);
    await store.close();
  } finally {
    process.umask(umask);
  }
});
