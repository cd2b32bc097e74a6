import { randomUUID } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { Writable } from 'node:stream';
import { InvalidRequestError } from '../../errors/index.ts';

/** Read and encoded piece by piece. Divisible by 3: base64 of the pieces is base64 of the whole. */
const pieceBytes = 3 * 64 * 1024;

/** A file that takes the place of its marker, in base64. */
export interface MarkedFile {
  /** Random, and nothing that a prompt could contain by chance. */
  readonly marker: string;
  readonly path: string;
  /** As many bytes are sent: a file that grows does not get past the bounds. */
  readonly size: number;
}

/** Gives a file its marker. */
export function markedFile(path: string, size: number): MarkedFile {
  return { marker: `postern-file-${randomUUID()}`, path, size };
}

interface OpenFile {
  readonly handle: FileHandle;
  readonly size: number;
}

/**
 * The input of a program: what is written to it goes on as it is, but for markers of files, each of which is replaced by its file as that is
 * read. So a large attachment is never in memory as a whole, and is never encoded in one go, for which everything else would have to wait.
 */
export class FileInput extends Writable {
  #target: Writable | null = null;
  readonly #files = new Map<string, OpenFile>();

  constructor() {
    super();
    // Told by the program's exit; without a listener it would end the sidecar.
    this.on('error', () => undefined);
  }

  /** Where all of it goes. Comes before the first write. */
  connect(target: Writable): void {
    this.#target = target;
    target.on('error', (error) => this.destroy(error));
    target.on('close', () => this.destroy());
  }

  /** Opens files before their markers are written. @throws InvalidRequestError `attachment_not_found` if one no longer exists */
  async expect(files: readonly MarkedFile[]): Promise<void> {
    for (const { marker, path, size } of files) {
      await this.#forget([marker]);
      const handle = await open(path).catch(() => null);
      if (handle !== null) this.#files.set(marker, { handle, size });
      if (handle !== null && (await handle.stat()).size >= size) continue;
      await this.#forget(files.map((file) => file.marker));
      throw new InvalidRequestError('attachment_not_found');
    }
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    const sent = this.#files.size === 0 ? this.#write(chunk) : this.#send(chunk);
    sent.then(() => done(), done);
  }

  override _final(done: (error?: Error | null) => void): void {
    if (this.#target === null) done();
    else this.#target.end(done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#target?.destroy();
    void this.#forget([...this.#files.keys()]).then(() => done(error));
  }

  async #send(chunk: Buffer): Promise<void> {
    let from = 0;
    const found = [...this.#files.keys()]
      .map((marker) => ({ marker, at: chunk.indexOf(marker) }))
      .filter(({ at }) => at !== -1)
      .toSorted((one, other) => one.at - other.at);
    for (const { marker, at } of found) {
      await this.#write(chunk.subarray(from, at));
      const file = this.#files.get(marker);
      if (file !== undefined) await this.#sendFile(file);
      await this.#forget([marker]);
      from = at + marker.length;
    }
    await this.#write(chunk.subarray(from));
  }

  async #sendFile({ handle, size }: OpenFile): Promise<void> {
    // One room for all pieces: a fresh one for each would be cleared, filled, and collected.
    const room = Buffer.allocUnsafeSlow(Math.min(pieceBytes, size));
    for (let at = 0; at < size; ) {
      const piece = room.subarray(0, Math.min(room.length, size - at));
      for (let filled = 0; filled < piece.length; ) {
        const { bytesRead } = await handle.read(piece, filled, piece.length - filled, at + filled);
        // Half a file cannot be taken back: the program's input ends here, and its query with it.
        if (bytesRead === 0) throw new Error('an attached file became shorter while it was read');
        filled += bytesRead;
      }
      await this.#write(Buffer.from(piece.toString('base64'), 'latin1'));
      at += piece.length;
    }
  }

  #write(piece: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#target === null) reject(new Error('no program takes this'));
      else this.#target.write(piece, (error) => (error ? reject(error) : resolve()));
    });
  }

  async #forget(markers: readonly string[]): Promise<void> {
    for (const marker of markers) {
      const file = this.#files.get(marker);
      this.#files.delete(marker);
      await file?.handle.close().catch(() => undefined);
    }
  }
}
