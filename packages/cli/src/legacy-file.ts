import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { CommandError, UsageError } from './command-error.ts';

/** No settings file is longer. */
const maxBytes = 1_048_576;

/** The earlier file as it was read. */
export interface LegacyFile {
  /** With links followed. */
  readonly path: string;
  readonly text: string;
  readonly value: unknown;
}

/** Reads the earlier settings. @throws UsageError where they are not there, cannot be read, or are no JSON */
export function readLegacyFile(path: string): LegacyFile {
  let text: string;
  let realPath: string;
  try {
    realPath = realpathSync(path);
    text = readWhole(path, realPath);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === 'ENOENT' || code === 'ENOTDIR' ? 'There are no earlier settings at' : 'Not readable:';
    throw new UsageError(`${why} ${path}`);
  }
  try {
    // Some editors on Windows begin a file with this mark.
    return { path: realPath, text, value: JSON.parse(text.replace(/^\uFEFF/, '')) };
  } catch {
    // The parser's message would quote the text, and with it the key.
    throw new UsageError(`${path} is no JSON`);
  }
}

/** A pipe without a writer would block forever, and a device never ends: only regular files are read. */
function readWhole(path: string, realPath: string): string {
  const fd = openSync(realPath, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) throw new UsageError(`${path} is no file`);
    if (stat.size > maxBytes) throw new UsageError(`${path} is too long for a settings file`);
    return readFileSync(fd, 'utf8');
  } finally {
    closeSync(fd);
  }
}

/** Keeps the copy, without secrets, in the data directory; gives its path. @throws CommandError `storage_full` */
export function keepCopy(dataDir: string, copy: unknown, now: Date): string {
  const dir = join(dataDir, 'imported');
  const path = join(dir, `palette-app-${now.toISOString().replaceAll(':', '-')}.json`);
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    writeFileSync(path, `${JSON.stringify(copy, null, 2)}\n`, { flag: 'wx', mode: 0o600 });
    return path;
  } catch (cause) {
    throw new CommandError('storage_full', `The copy could not be written to ${path}.`, { cause });
  }
}

/**
 * Removes one entry from the file: a new file is written beside it and renamed over it, readable by its owner only. The rest stays as it was.
 * @throws CommandError `storage_full` where that failed, or the file changed meanwhile; it is whole then
 */
export function removeEntry(file: LegacyFile, name: string): void {
  const next = join(dirname(file.path), `.postern-import-${process.pid}.tmp`);
  try {
    if (readFileSync(file.path, 'utf8') !== file.text) throw new Error('changed meanwhile');
    const rest = Object.entries(file.value as object).filter(([key]) => key !== name);
    const fd = openSync(next, 'wx', 0o600);
    try {
      writeFileSync(fd, `${JSON.stringify(Object.fromEntries(rest), null, 2)}\n`);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(next, file.path);
  } catch (cause) {
    rmSync(next, { force: true });
    throw new CommandError('storage_full', `${file.path} was not changed: the key is still in it.`, {
      cause,
    });
  }
}
