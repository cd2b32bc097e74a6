import { constants } from 'node:fs';
import { access, mkdir, realpath, rmdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isAbsolute, join, relative, sep } from 'node:path';
import { InvalidRequestError } from '../errors/index.ts';

/** True where `path` is `dir` or lies in it. Both are real paths. */
export function isWithin(path: string, dir: string): boolean {
  const way = relative(dir, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/**
 * The real path of a folder a person chose to work in: it exists, may be opened, and neither holds the data directory
 * nor lies in it. @throws InvalidRequestError `workspace_not_found`
 */
export async function chosenWorkspace(path: string, dataDir: string): Promise<string> {
  if (!isAbsolute(path)) throw new InvalidRequestError('workspace_not_found', 'It must be an absolute path.');
  let real: string;
  try {
    real = await realpath(path);
    if (!(await stat(real)).isDirectory()) throw new Error('not a directory');
    await access(real, constants.R_OK | constants.X_OK);
  } catch (cause) {
    throw new InvalidRequestError('workspace_not_found', undefined, { cause });
  }
  if (isWithin(real, dataDir) || isWithin(dataDir, real)) {
    throw new InvalidRequestError(
      'workspace_not_found',
      'It must not hold, or lie in, Postern’s data directory.',
    );
  }
  return real;
}

/** The empty directories of conversations without a chosen folder: one each, mode 0700, outside the data directory. */
export interface OwnWorkspaces {
  /** Makes it where it is missing, and gives its real path. */
  make(conversationId: string): Promise<string>;
  /** Whether a path is one of ours. */
  owns(path: string): boolean;
  /** Removes it if nothing was put there. */
  discard(conversationId: string): Promise<void>;
}

/** Own directories below the user's cache directory, or the temporary one where that would be inside `dataDir`. */
export async function ownWorkspaces(
  base: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
  dataDir: string,
): Promise<OwnWorkspaces> {
  const wanted = [cacheDir(base, platform), tmpdir()].filter((dir) => dir !== null);
  const parent = wanted.find((dir) => !isWithin(dir, dataDir)) ?? tmpdir();
  const root = join(parent, 'postern', 'workspaces');
  await mkdir(root, { recursive: true, mode: 0o700 });
  const realRoot = await realpath(root);
  return {
    async make(conversationId) {
      const dir = join(realRoot, conversationId);
      await mkdir(dir, { recursive: true, mode: 0o700 });
      return dir;
    },
    owns: (path) => isWithin(path, realRoot),
    async discard(conversationId) {
      await rmdir(join(realRoot, conversationId)).catch(() => undefined);
    },
  };
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
