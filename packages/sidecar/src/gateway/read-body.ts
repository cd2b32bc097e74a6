import type { IncomingMessage } from 'node:http';
import type { AnswerBody } from './answer-body.ts';

/** The whole body of a request; null where it is longer than `limit` bytes, `undefined` where the sender went away. */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer | null | undefined> {
  const { promise, resolve } = Promise.withResolvers<Buffer | null | undefined>();
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > limit) {
    // Read and dropped: closing while the sender writes would lose the answer on its way back.
    request.resume();
    return Promise.resolve(null);
  }
  let body: Buffer | null = null;
  let length = 0;
  request.on('data', (chunk: Buffer) => {
    const before = length;
    length += chunk.length;
    // Often it comes in one: then it stays where it is.
    if (before === 0 && length === declared && length < sharedBytes) {
      body = chunk;
      return;
    }
    if (length > limit) {
      body = Buffer.alloc(0);
      resolve(null);
      return;
    }
    body ??= roomOf(declared > 0 ? declared : firstRoom);
    if (length > body.length) body = grown(body.subarray(0, before), Math.min(limit, 2 * length));
    // Copied as it comes: putting 30 MB together at their end would hold up everything else for a fifth of a second.
    chunk.copy(body, before);
  });
  request.once('end', () => resolve(body?.subarray(0, length) ?? Buffer.alloc(0)));
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
export function readPrefix(body: AnswerBody, limit: number): Promise<Prefix> {
  const { promise, resolve } = Promise.withResolvers<Prefix>();
  const pieces: Buffer[] = [];
  let length = 0;
  const end = (): void => resolve({ bytes: Buffer.concat(pieces), isWhole: true });
  body.read({
    data(piece) {
      pieces.push(piece);
      length += piece.length;
      if (length < limit) return;
      body.stop(nothing);
      resolve({ bytes: Buffer.concat(pieces), isWhole: false });
    },
    end,
    fail: end,
  });
  return promise;
}

const nothing = Buffer.alloc(0);
