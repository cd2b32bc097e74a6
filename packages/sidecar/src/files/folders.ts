import { constants } from 'node:fs';
import { access, opendir, realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import type { FolderList } from '@postern/contract';
import { InvalidRequestError } from '../errors/index.ts';

/** Most folders of a list, and most entries that are looked at for it. */
const mostFolders = 500;
const mostEntries = 20_000;

/**
 * The folders in a folder, by name, for a picker. Hidden ones are left out. A link to a folder is listed as one and says where it leads: it
 * is never followed without that being shown.
 * @throws InvalidRequestError `folder_not_found`
 */
export async function listFolders(path: string): Promise<FolderList> {
  if (!isAbsolute(path)) throw new InvalidRequestError('folder_not_found', 'It must be an absolute path.');
  const real = await readableFolder(path);
  const names: { readonly name: string; readonly link: boolean }[] = [];
  let entries = 0;
  let complete = true;
  try {
    for await (const entry of await opendir(real)) {
      entries += 1;
      complete = entries <= mostEntries;
      if (!complete) break;
      if (entry.name.startsWith('.')) continue;
      if (entry.isDirectory() || entry.isSymbolicLink())
        names.push({ name: entry.name, link: entry.isSymbolicLink() });
    }
  } catch (cause) {
    throw new InvalidRequestError('folder_not_found', undefined, { cause });
  }
  const items: FolderList['items'] = [];
  for (const { name, link } of names.toSorted((one, other) => one.name.localeCompare(other.name))) {
    if (items.length === mostFolders) {
      complete = false;
      break;
    }
    const leadsTo = link ? await linkedFolder(join(real, name)) : null;
    if (!link || leadsTo !== null) items.push({ name, path: join(real, name), leadsTo });
  }
  const parent = dirname(real);
  return { path: real, parent: parent === real ? null : parent, items, complete };
}

async function readableFolder(path: string): Promise<string> {
  try {
    const real = await realpath(path);
    if (!(await stat(real)).isDirectory()) throw new Error('not a directory');
    await access(real, constants.R_OK | constants.X_OK);
    return real;
  } catch (cause) {
    throw new InvalidRequestError('folder_not_found', undefined, { cause });
  }
}

/** The real path of the folder that a link leads to; null where there is none. */
async function linkedFolder(path: string): Promise<string | null> {
  const real = await realpath(path).catch(() => null);
  if (real === null) return null;
  return (await stat(real).catch(() => null))?.isDirectory() === true ? real : null;
}
