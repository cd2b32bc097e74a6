const fits = 48;

/** A long path by its end, where it says most: `…/ea7dd231/hello.txt`. */
export function shortPath(path: string): string {
  if (path.length <= fits) return path;
  const end = path.split(/[\\/]/).slice(-2).join('/');
  return end.length < fits ? `…/${end}` : `…${path.slice(1 - fits)}`;
}
