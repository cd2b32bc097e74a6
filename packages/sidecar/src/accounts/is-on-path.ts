import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** Whether a program of that name can be started from the search path. */
export async function isOnPath(name: string, searchPath: string | undefined): Promise<boolean> {
  const names = process.platform === 'win32' ? [`${name}.exe`, `${name}.cmd`] : [name];
  const places = (searchPath ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const place of places.flatMap((folder) => names.map((each) => join(folder, each)))) {
    const found = await access(place, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return true;
  }
  return false;
}
