import { createHash } from 'node:crypto';

/** One file of the program: its path inside, with `/`, and its bytes. */
export interface ProgramFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** The program as it lies in the executable: `id` changes with any byte of it. */
export interface ProgramArchive {
  readonly id: string;
  readonly files: readonly ProgramFile[];
}

/** Length of the index, in bytes, as the archive's first four. */
const lengthBytes = 4;
/** A path that stays where it is put: no `..`, no `\`, nothing absolute. */
const safePath = /^(?!.*(^|\/)\.\.?(\/|$))[A-Za-z0-9@._-]+(\/[A-Za-z0-9@._-]+)*$/;

/** Packs files into one block of bytes: an index as JSON, then the files as they are, so that reading one is a slice. */
export function packArchive(files: readonly ProgramFile[]): Uint8Array {
  const sorted = files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  for (const { path } of sorted) if (!safePath.test(path)) throw new Error(`cannot be packed: ${path}`);
  const id = createHash('sha256');
  for (const { path, bytes } of sorted) id.update(`${path}\0${bytes.length}\0`).update(bytes);
  const index = Buffer.from(
    JSON.stringify({
      id: id.digest('hex').slice(0, 32),
      files: sorted.map(({ path, bytes }) => [path, bytes.length]),
    }),
  );
  const length = Buffer.alloc(lengthBytes);
  length.writeUInt32LE(index.length);
  return Buffer.concat([length, index, ...sorted.map(({ bytes }) => bytes)]);
}

/** Reads what {@link packArchive} wrote, without copying. */
export function readArchive(archive: ArrayBuffer): ProgramArchive {
  const all = Buffer.from(archive);
  let at = lengthBytes + all.readUInt32LE();
  const index = JSON.parse(all.toString('utf8', lengthBytes, at)) as {
    readonly id: string;
    readonly files: readonly (readonly [path: string, length: number])[];
  };
  const files = index.files.map(([path, length]): ProgramFile => {
    const bytes = all.subarray(at, at + length);
    at += length;
    return { path, bytes };
  });
  return { id: index.id, files };
}
