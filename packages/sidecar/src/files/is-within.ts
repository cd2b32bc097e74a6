import { isAbsolute, relative, sep } from 'node:path';

/** True where `path` is `dir` or lies in it. Both are real paths. */
export function isWithin(path: string, dir: string): boolean {
  const way = relative(dir, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}
