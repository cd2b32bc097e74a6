import { constants } from 'node:fs';
import { access, lstat, mkdir, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { isWithin } from './is-within.ts';

/**
 * Where a folder of Postern's for what the agent may see can be, the best place first: below the user's cache directory unless that is
 * inside `dataDir`, which is closed to the agent, else the temporary one. Pure.
 */
export function privatePlaces(
  base: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
  dataDir: string,
  name: string,
): readonly string[] {
  const cache = cacheDir(base, platform);
  return [
    ...(cache === null || isWithin(cache, dataDir) ? [] : [join(cache, 'postern', name)]),
    join(tmpdir(), temporaryName(), name),
  ];
}

/** The real path of one of those places, mode 0700, made where it is missing. @throws Error of the file system */
export async function usablePlace(path: string): Promise<string> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  if (dirname(path) === join(tmpdir(), temporaryName())) await refuseForeign(dirname(path));
  const real = await realpath(path);
  await access(real, constants.W_OK | constants.X_OK);
  return real;
}

/** The code of an error of the file system, for a sentence: `EACCES`. */
export function errnoOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' ? code : 'unknown';
}

/** Everyone may write to the temporary directory: what has our name there may be another user's. */
async function refuseForeign(path: string): Promise<void> {
  const us = process.getuid?.();
  if (us === undefined) return;
  const { uid, mode } = await lstat(path);
  const isDirectory = (mode & constants.S_IFMT) === constants.S_IFDIR;
  if (uid !== us || !isDirectory || (mode & 0o022) !== 0)
    throw Object.assign(new Error('not ours'), { code: 'it belongs to another user' });
}

/** One for each user, so that the first one does not keep the others out. */
function temporaryName(): string {
  const us = process.getuid?.();
  return us === undefined ? 'postern' : `postern-${us}`;
}

/** Source: XDG Base Directory Specification; Apple File System Programming Guide; Windows known folders. */
function cacheDir(
  base: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): string | null {
  const home = base['HOME'] ?? base['USERPROFILE'];
  const under = (dir: string | undefined, ...rest: string[]): string | null =>
    dir !== undefined && isAbsolute(dir) ? join(dir, ...rest) : null;
  if (platform === 'win32') return under(base['LOCALAPPDATA']);
  if (platform === 'darwin') return under(home, 'Library', 'Caches');
  return under(base['XDG_CACHE_HOME']) ?? under(home, '.cache');
}
