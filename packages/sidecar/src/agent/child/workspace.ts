import { constants } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { InvalidRequestError } from '../../errors/index.ts';
import { isWithin } from '../../files/index.ts';

/**
 * The real path of a folder the user chose to work in: it exists, may be opened, and neither holds the data directory
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
