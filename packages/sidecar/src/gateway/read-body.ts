import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';

/** The whole body of a request; null where it is longer than `limit` bytes, `undefined` where the sender went away. */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer | null | undefined> {
  const { promise, resolve } = Promise.withResolvers<Buffer | null | undefined>();
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > limit) {
    // Read and dropped: closing while the sender writes would lose the answer on its way back.
    request.resume();
    return Promise.resolve(null);
  }
  let body = roomOf(declared > 0 ? declared : firstRoom);
  let length = 0;
  request.on('data', (chunk: Buffer) => {
    const before = length;
    length += chunk.length;
    if (length > limit) {
      body = Buffer.alloc(0);
      resolve(null);
      return;
    }
    if (length > body.length) body = grown(body.subarray(0, before), Math.min(limit, 2 * length));
    // Copied as it comes: putting 30 MB together at their end would hold up everything else for a fifth of a second.
    chunk.copy(body, before);
  });
  request.once('end', () => resolve(body.subarray(0, length)));
  request.once('close', () => resolve(undefined));
  request.once('error', () => resolve(undefined));
  return promise;
}

/** Where the sender does not say how long it is. */
const firstRoom = 64 * 1024;

/** From this size on a body lies in memory that another thread can read as well: a copy of 27 MB takes a tenth of a second. */
const sharedBytes = 1024 * 1024;

function roomOf(bytes: number): Buffer {
  return bytes < sharedBytes ? Buffer.allocUnsafeSlow(bytes) : Buffer.from(new SharedArrayBuffer(bytes));
}

function grown(body: Buffer, room: number): Buffer {
  const larger = roomOf(room);
  body.copy(larger);
  return larger;
}

/** The first bytes of a body; where `isWhole` is false the stream is paused and has more. */
export interface Prefix {
  readonly bytes: Buffer;
  readonly isWhole: boolean;
}

/** Reads up to about `limit` bytes (to the end of the chunk that reaches it). A body that breaks off counts as ended there. */
export function readPrefix(body: Readable, limit: number): Promise<Prefix> {
  const { promise, resolve } = Promise.withResolvers<Prefix>();
  const chunks: Buffer[] = [];
  let length = 0;
  const settle = (isWhole: boolean): void => {
    body.off('data', take);
    body.off('end', end);
    body.off('close', end);
    resolve({ bytes: Buffer.concat(chunks), isWhole });
  };
  const end = (): void => settle(true);
  const take = (chunk: Buffer): void => {
    chunks.push(chunk);
    length += chunk.length;
    if (length < limit) return;
    body.pause();
    settle(false);
  };
  body.on('data', take);
  body.once('end', end);
  body.once('close', end);
  body.on('error', end);
  return promise;
}
