import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, lstat, open, opendir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidRequestError } from '../errors/index.ts';
import { isWithin } from '../files/index.ts';

/** Bounds of one look: files, bytes of one, bytes of all. */
const mostFiles = 10_000;
const mostBytes = 1024 * 1024;
const mostTogether = 16 * 1024 * 1024;
const deepest = 8;

/** A file as it was read, once; `text` null: it is a link that leads out of the folder, and was not read. */
export interface FoundFile {
  /** Relative to the folder, with `/`. */
  readonly file: string;
  readonly text: string | null;
  readonly hash: string;
}

/** Reads files of one folder, each once, within bounds; several at a time where they are asked for at once. */
export interface FileFinder {
  /** Null: there is no such file, or it is none. @throws InvalidRequestError `workspace_too_large` */
  read(file: string): Promise<FoundFile | null>;
  /**
   * Every file below a folder, by name, also through links to other folders inside. @throws InvalidRequestError `workspace_too_large`
   */
  below(folder: string): Promise<readonly FoundFile[]>;
  /** All that was read so far. */
  found(): readonly FoundFile[];
}

/** @param root real path of the folder */
export function fileFinder(root: string): FileFinder {
  const reading = new Map<string, Promise<FoundFile | null>>();
  const walking = new Map<string, Promise<FoundFile[]>>();
  const known: FoundFile[] = [];
  let bytes = 0;
  let entries = 0;

  const tooLarge = (detail: string): InvalidRequestError =>
    new InvalidRequestError('workspace_too_large', detail);
  const count = (): void => {
    entries += 1;
    if (entries > mostFiles) throw tooLarge(`More than ${mostFiles} files would have to be looked at.`);
  };

  async function readNow(file: string): Promise<FoundFile | null> {
    const path = join(root, ...file.split('/'));
    if ((await lstat(path).catch(() => null)) === null) return null;
    count();
    const real = await realpath(path).catch(() => null);
    if (real === null) return null;
    if (!isWithin(real, root)) return { file, text: null, hash: sha256(`leads to ${real}`) };
    // What is no file (a pipe, a device) is not waited for.
    const handle = await open(real, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW).catch(
      () => null,
    );
    if (handle === null) return null;
    try {
      const facts = await handle.stat();
      if (!facts.isFile()) return null;
      if (facts.size > mostBytes) throw tooLarge(`${file} has more than ${mostBytes} bytes.`);
      const read = await contentOf(handle, facts.size);
      bytes += read.length;
      if (read.length > mostBytes) throw tooLarge(`${file} has more than ${mostBytes} bytes.`);
      if (bytes > mostTogether) throw tooLarge(`These files have more than ${mostTogether} bytes together.`);
      return { file, text: read.toString('utf8'), hash: sha256(read) };
    } finally {
      await handle.close();
    }
  }

  async function readAndNote(file: string): Promise<FoundFile | null> {
    const now = await readNow(file);
    if (now !== null) known.push(now);
    return now;
  }

  function read(file: string): Promise<FoundFile | null> {
    return once(reading, file, readAndNote);
  }

  /** @param above real paths of the folders that it was reached through */
  async function below(folder: string, above: readonly string[]): Promise<FoundFile[]> {
    const real = await realpath(join(root, ...folder.split('/'))).catch(() => null);
    if (real === null) return [];
    if (!isWithin(real, root)) return [await read(folder)].filter((each) => each !== null);
    // A link to a folder that holds it leads round in a circle.
    if (above.some((each) => isWithin(each, real))) return [];
    const names: { readonly name: string; readonly isFolder: boolean }[] = [];
    const opened = await opendir(real).catch(() => null);
    if (opened === null) return [];
    for await (const entry of opened) {
      count();
      const isFolder =
        entry.isDirectory() || (entry.isSymbolicLink() && (await isFolderAt(real, entry.name)));
      names.push({ name: entry.name, isFolder });
    }
    const files: FoundFile[] = [];
    for (const { name, isFolder } of names.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
      const inside = `${folder}/${name}`;
      if (!isFolder) files.push(...[await read(inside)].filter((each) => each !== null));
      else if (above.length <= deepest) files.push(...(await below(inside, [...above, real])));
      else throw tooLarge(`${inside} lies too deep.`);
    }
    return files;
  }

  async function belowFirst(folder: string): Promise<FoundFile[]> {
    const holder = await realpath(join(root, ...folder.split('/').slice(0, -1))).catch(() => null);
    return holder === null ? [] : await below(folder, [holder]);
  }

  return {
    read,
    below: (folder) => once(walking, folder, belowFirst),
    found: () => known,
  };
}

/** Whether a link leads to a folder; what it is is looked at where it is read. */
async function isFolderAt(folder: string, name: string): Promise<boolean> {
  return (await stat(join(folder, name)).catch(() => null))?.isDirectory() ?? false;
}

/** What is in a file, and of more than `mostBytes` one byte more than that. Room is made for what it holds: most files are small. */
async function contentOf(handle: FileHandle, measured: number): Promise<Buffer> {
  let content = Buffer.alloc(Math.min(measured, mostBytes) + 1);
  let size = 0;
  for (;;) {
    const { bytesRead } = await handle.read(content, size, content.length - size, size);
    size += bytesRead;
    if (bytesRead === 0 || size > mostBytes) return content.subarray(0, size);
    // It has grown since it was measured.
    if (size === content.length) content = Buffer.concat([content], Math.min(2 * size, mostBytes + 1));
  }
}

function once<T>(
  begun: Map<string, Promise<T>>,
  name: string,
  begin: (name: string) => Promise<T>,
): Promise<T> {
  const before = begun.get(name);
  if (before !== undefined) return before;
  const now = begin(name);
  begun.set(name, now);
  return now;
}

/** As hexadecimal digits. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
