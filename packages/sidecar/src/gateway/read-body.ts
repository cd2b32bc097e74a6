import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';

/** The whole body of a request; null where it is longer than `limit` bytes, `undefined` where the sender went away. */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer | null | undefined> {
  const { promise, resolve } = Promise.withResolvers<Buffer | null | undefined>();
  if (Number(request.headers['content-length'] ?? 0) > limit) {
    // Read and dropped: closing while the sender writes would lose the answer on its way back.
    request.resume();
    return Promise.resolve(null);
  }
  const chunks: Buffer[] = [];
  let length = 0;
  request.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length <= limit) chunks.push(chunk);
    else {
      chunks.length = 0;
      resolve(null);
    }
  });
  request.once('end', () => resolve(Buffer.concat(chunks)));
  request.once('close', () => resolve(undefined));
  request.once('error', () => resolve(undefined));
  return promise;
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
