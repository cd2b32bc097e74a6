import { createHash } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  type Stats,
  writeFileSync,
} from 'node:fs';
import { dirname, isAbsolute } from 'node:path';
import { CommandError } from '../command-error.ts';
import type { LauncherFile } from './launcher-plan.ts';

/** What became of each file, by its path. */
export interface FileChanges {
  readonly written: readonly string[];
  readonly unchanged: readonly string[];
  readonly removed: readonly string[];
  /** Ours once, and changed since by another: left where they are. */
  readonly left: readonly string[];
}

/** Each file that we wrote, with the SHA-256 of its content; two where a new content may or may not have reached the disk. */
type FileRecord = ReadonlyMap<string, readonly string[]>;

/**
 * Brings the files of a launcher onto the disk, and removes what an earlier one had besides. A file is ours if its content is what we noted
 * down when we wrote it, or what we would write. Everything is looked at before anything is written.
 * @throws CommandError `launcher_conflict` where a file of another is in the way, `launcher_unavailable` where one cannot be written
 */
export function writeOwnFiles(files: readonly LauncherFile[], recordPath: string): FileChanges {
  const known = readRecord(recordPath);
  const stood = new Map(files.map((file) => [file.path, standing(file.path, known, file)]));
  const foreign = files.filter(({ path }) => stood.get(path) === 'foreign').map(({ path }) => path);
  if (foreign.length > 0)
    throw new CommandError(
      'launcher_conflict',
      `Postern did not write ${foreign.join(', ')}. Nothing was changed.`,
    );
  const planned = new Map(files.map(({ path, content }) => [path, [digest(content)]]));
  // Noted down first: what a crash leaves half done is still known as ours.
  const both = [...planned].map(
    ([path, hashes]) => [path, [...new Set([...(known.get(path) ?? []), ...hashes])]] as const,
  );
  writeRecord(recordPath, new Map([...known, ...both]), known);
  const written: string[] = [];
  for (const file of files)
    if (stood.get(file.path) !== 'wanted') {
      replaceFile(file);
      written.push(file.path);
    }
  const { removed, left } = removeThose(new Map([...known].filter(([path]) => !planned.has(path))));
  writeRecord(recordPath, planned, known);
  const unchanged = files.map(({ path }) => path).filter((path) => stood.get(path) === 'wanted');
  return { written, unchanged, removed, left };
}

/** Removes exactly the files that were written, and the note of them. Doing it twice is no error. */
export function removeOwnFiles(recordPath: string): FileChanges {
  const changes = removeThose(readRecord(recordPath));
  rmSync(recordPath, { force: true });
  removeEmpty(dirname(recordPath));
  return { written: [], unchanged: [], ...changes };
}

/** Whether such a file was written and not removed since. */
export function wasWritten(path: string, recordPath: string): boolean {
  return readRecord(recordPath).has(path);
}

function removeThose(known: FileRecord): Pick<FileChanges, 'removed' | 'left'> {
  const removed: string[] = [];
  const left: string[] = [];
  for (const path of known.keys()) {
    const stands = standing(path, known, null);
    if (stands === 'foreign') left.push(path);
    if (stands !== 'ours') continue;
    rmSync(path);
    // A folder that others use is not empty.
    removeEmpty(dirname(path));
    removed.push(path);
  }
  return { removed, left };
}

/** `wanted`: it is as it should be. A link is not ours: what it leads to may be another's. */
function standing(
  path: string,
  known: FileRecord,
  wanted: LauncherFile | null,
): 'absent' | 'wanted' | 'ours' | 'foreign' {
  const stat = statOf(path);
  if (stat === null) return 'absent';
  if (!stat.isFile()) return 'foreign';
  const found = digest(readFileSync(path));
  if (wanted !== null && found === digest(wanted.content))
    return process.platform === 'win32' || (stat.mode & 0o777) === wanted.mode ? 'wanted' : 'ours';
  return known.get(path)?.includes(found) === true ? 'ours' : 'foreign';
}

function statOf(path: string): Stats | null {
  try {
    return lstatSync(path);
  } catch (error) {
    // The second: a file stands where a folder is to be. Writing will say so.
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}

/** Whole or not at all, and never through a link. */
function replaceFile({ path, content, mode }: LauncherFile): void {
  const beside = `${path}.${process.pid}.new`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    rmSync(beside, { force: true });
    writeFileSync(beside, content, { flag: 'wx', mode });
    chmodSync(beside, mode);
    renameSync(beside, path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new CommandError('launcher_unavailable', `${path} could not be written (${code}).`, { cause });
  } finally {
    removeIfThere(beside);
  }
}

function removeIfThere(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // What is above it is no folder.
  }
}

function removeEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch {
    // It is not empty, or not there.
  }
}

/** @throws CommandError `launcher_conflict` where the note is none of ours */
function readRecord(path: string): FileRecord {
  const stat = statOf(path);
  if (stat === null) return new Map();
  try {
    const { files } = JSON.parse(readFileSync(path, 'utf8')) as { readonly files: unknown };
    const entries = Object.entries(files as Readonly<Record<string, unknown>>);
    if (!stat.isFile() || entries.some(([file, hashes]) => !isAbsolute(file) || !Array.isArray(hashes)))
      throw new Error('not a record');
    return new Map(entries as [string, string[]][]);
  } catch (cause) {
    throw new CommandError('launcher_conflict', `${path} is not what Postern wrote. Remove it.`, { cause });
  }
}

function writeRecord(path: string, files: FileRecord, known: FileRecord): void {
  const text = (record: FileRecord) => `${JSON.stringify({ files: Object.fromEntries(record) }, null, 2)}\n`;
  if (text(files) !== text(known)) replaceFile({ path, content: text(files), mode: 0o600 });
}

function digest(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
