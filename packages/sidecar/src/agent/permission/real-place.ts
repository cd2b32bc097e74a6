import { lstat, readlink, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

/** Links that are followed for one path, as Linux does. Source: path_resolution(7), 40. */
const mostLinks = 40;

/**
 * Where an absolute path leads once every link in it is resolved, whether or not there is a file yet: a program that writes there
 * follows the links as well, the last one included. Null where the system cannot say: a loop, a folder that may not be looked into.
 */
export async function realPlace(path: string): Promise<string | null> {
  return await follow(resolve(path), mostLinks);
}

async function follow(path: string, left: number): Promise<string | null> {
  try {
    return await realpath(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || left === 0) return null;
  }
  const parent = dirname(path);
  if (parent === path) return null;
  const realParent = await follow(parent, left - 1);
  if (realParent === null) return null;
  const place = join(realParent, basename(path));
  try {
    if (!(await lstat(place)).isSymbolicLink()) return place;
    return await follow(resolve(realParent, await readlink(place)), left - 1);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? place : null;
  }
}
