import { chmodSync, lstatSync, mkdirSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { ConfigurationError, exitCodes } from '../errors/index.ts';

/**
 * Sees to it that a directory is there and only ours: created with mode 0700, and refused where it is a link, no directory, another
 * user's, or open to group or others. On Windows only the first two are checked: the profile's own access list rules there.
 * @throws ConfigurationError `unsafe_storage` (78), `data_dir_unusable` (73 where it cannot be there or be created, 77 where it may not be
 * looked at), `storage_full` (73)
 */
export function ensurePrivateDirectory(path: string): void {
  const found = statusOf(path) ?? create(path);
  if (found.isSymbolicLink()) throw unsafe(`${path} is a link. Name the directory itself.`);
  if (!found.isDirectory()) throw unsafe(`${path} is not a directory.`);
  refuseForeignOwner(path, found);
  if (process.platform !== 'win32' && (found.mode & 0o077) !== 0)
    throw unsafe(`Other users may enter ${path}. Run: chmod 700 ${quoted(path)}`);
}

/**
 * Checks a file that SQLite is to open: a regular file of our own, never a link. A looser mode than 0600 is tightened. Looks with `lstat`
 * and `chmod` alone: opening and closing the file here would drop SQLite's locks on it. False where it is not there.
 * @throws ConfigurationError `unsafe_storage` (78), `data_dir_unusable` (73, 77)
 */
export function checkPrivateFile(path: string): boolean {
  const found = statusOf(path);
  if (found === null) return false;
  if (!found.isFile()) throw unsafe(`${path} is not a regular file. Move it away.`);
  refuseForeignOwner(path, found);
  if (process.platform !== 'win32' && (found.mode & 0o177) !== 0) chmodSync(path, 0o600);
  return true;
}

/** What keeps a path from being anything. Source: POSIX, `lstat`. */
const notThere: Readonly<Record<string, string>> = {
  ENOTDIR: 'lies below something that is no directory',
  ELOOP: 'is reached by links that go round in a circle',
  ENAMETOOLONG: 'is too long a path',
};

/** What `lstat` says, or null where nothing is there. @throws ConfigurationError `data_dir_unusable` (73, 77) where it cannot look */
export function statusOf(path: string): Stats | null {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) ?? null;
  } catch (error) {
    const errno = errnoOf(error);
    const mayNot = errno === 'EACCES' || errno === 'EPERM';
    throw unusable(
      path,
      errno,
      'cannot be looked at',
      mayNot ? exitCodes.permission : exitCodes.cannotCreate,
    );
  }
}

function create(path: string): Stats {
  try {
    makeDirectory(path);
    return lstatSync(path);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno !== 'ENOSPC' && errno !== 'EDQUOT')
      throw unusable(path, errno, 'cannot be created', exitCodes.cannotCreate);
    throw new ConfigurationError(
      'storage_full',
      exitCodes.cannotCreate,
      `${path} cannot be created (${errno}).`,
    );
  }
}

/** With its parents. Node's own way does not end on file systems that say of every new name that something is missing. */
function makeDirectory(path: string): void {
  const parent = dirname(path);
  if (parent !== path && statSync(parent, { throwIfNoEntry: false }) === undefined) makeDirectory(parent);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another process may have made it in this moment.
    if (errnoOf(error) !== 'EEXIST') throw error;
  }
}

function refuseForeignOwner(path: string, found: Stats): void {
  const us = process.getuid?.();
  if (us !== undefined && found.uid !== us) throw unsafe(`${path} belongs to another user.`);
}

function errnoOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
}

function unusable(path: string, errno: string, words: string, exitCode: number): ConfigurationError {
  const detail = `${path} ${notThere[errno] ?? words} (${errno}).`;
  return new ConfigurationError('data_dir_unusable', exitCode, detail);
}

function unsafe(detail: string): ConfigurationError {
  return new ConfigurationError('unsafe_storage', exitCodes.configuration, detail);
}

function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
