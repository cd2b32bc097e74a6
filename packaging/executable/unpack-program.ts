import {
  chmodSync,
  closeSync,
  constants,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { ProgramArchive, ProgramFile } from './program-archive.ts';

/**
 * Puts the program's files below `cacheDir` and gives their directory, `<cacheDir>/postern/program/<id>`. What is there already is
 * compared byte by byte and written anew where it differs: the files are as good as the executable, whoever wrote to the directory.
 * @throws Error where a directory on the way is a link or is not ours, or nothing can be written
 */
export function unpackProgram(archive: ProgramArchive, cacheDir: string): string {
  mkdirSync(cacheDir, { recursive: true, mode: 0o700 });
  let directory = cacheDir;
  for (const name of ['postern', 'program', archive.id]) {
    directory = join(directory, name);
    ensureOwnDirectory(directory);
  }
  for (const file of archive.files) unpackFile(file, directory);
  return directory;
}

function unpackFile({ path, bytes }: ProgramFile, directory: string): void {
  const target = join(directory, path);
  if (isThere(target, bytes)) return;
  const parents = path.split('/').slice(0, -1);
  for (const [at] of parents.entries()) ensureOwnDirectory(join(directory, ...parents.slice(0, at + 1)));
  // Another start may be unpacking at the same moment: whole files only, and the last one wins with the same bytes.
  const temporary = join(dirname(target), `.${process.pid}.new`);
  writeFileSync(temporary, bytes, { mode: 0o600, flag: 'w' });
  renameSync(temporary, target);
}

/** True where the very bytes lie there in a plain file; what a link leads to is not looked at. */
function isThere(path: string, bytes: Uint8Array): boolean {
  const file = openNoFollow(path);
  if (file === null) return false;
  try {
    return readFileSync(file).equals(bytes);
  } catch {
    return false;
  } finally {
    closeSync(file);
  }
}

function openNoFollow(path: string): number | null {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch {
    return null;
  }
}

function ensureOwnDirectory(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const stat = lstatSync(path);
  if (!stat.isDirectory()) throw new Error(`${path} must be a directory, not a link.`);
  if (process.getuid !== undefined && stat.uid !== process.getuid())
    throw new Error(`${path} must belong to you.`);
  if ((stat.mode & 0o022) !== 0) chmodSync(path, 0o700);
}
