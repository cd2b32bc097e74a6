import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** Whether a program of that name can be started from the search path. */
export async function isOnPath(name: string, searchPath: string | undefined): Promise<boolean> {
  const names = process.platform === 'win32' ? [`${name}.exe`, `${name}.cmd`] : [name];
  const places = (searchPath ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const place of places.flatMap((folder) => names.map((each) => join(folder, each)))) {
    if (await isProgram(place)) return true;
  }
  return false;
}

/** A folder may be entered, which is the same permission. */
async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
