import { chmodSync, lstatSync, mkdirSync, type Stats } from 'node:fs';
import { ConfigurationError, exitCodes } from '../errors/index.ts';

/**
 * Sees to it that a directory is there and only ours: created with mode 0700, and refused where it is a link, no directory, another
 * user's, or open to group or others. On Windows only the first two are checked: the profile's own access list rules there.
 * @throws ConfigurationError `unsafe_storage` (78; 73 where it cannot be created), `storage_full` (73)
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
 * @throws ConfigurationError `unsafe_storage` (78)
 */
export function checkPrivateFile(path: string): boolean {
  const found = statusOf(path);
  if (found === null) return false;
  if (!found.isFile()) throw unsafe(`${path} is not a regular file. Move it away.`);
  refuseForeignOwner(path, found);
  if (process.platform !== 'win32' && (found.mode & 0o177) !== 0) chmodSync(path, 0o600);
  return true;
}

/** What `lstat` says, or null where nothing is there. @throws ConfigurationError `unsafe_storage` (78) where it may not look */
export function statusOf(path: string): Stats | null {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) ?? null;
  } catch (error) {
    throw unsafe(`${path} cannot be looked at (${errnoOf(error)}).`);
  }
}

function create(path: string): Stats {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return lstatSync(path);
  } catch (error) {
    const errno = errnoOf(error);
    const code = errno === 'ENOSPC' || errno === 'EDQUOT' ? 'storage_full' : 'unsafe_storage';
    throw new ConfigurationError(code, exitCodes.cannotCreate, `${path} cannot be created (${errno}).`);
  }
}

function refuseForeignOwner(path: string, found: Stats): void {
  const us = process.getuid?.();
  if (us !== undefined && found.uid !== us) throw unsafe(`${path} belongs to another user.`);
}

function errnoOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
}

function unsafe(detail: string): ConfigurationError {
  return new ConfigurationError('unsafe_storage', exitCodes.configuration, detail);
}

function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
