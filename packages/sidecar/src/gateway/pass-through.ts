import type { OutgoingHttpHeader, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { Secret } from '../secret/index.ts';
import { headerValue } from '../selection/index.ts';
import { decompressor } from './answer-decoder.ts';
import { downstreamHeaders } from './forwarded-headers.ts';
import type { Prefix } from './read-body.ts';
import type { UpstreamAnswer } from './upstream.ts';

/**
 * Hands a refusal on as it comes: status, body, `Retry-After`; the program knows what to do with it. Only every secret in use is taken
 * out: a server that repeats what it was sent must not hand our credential to the program, which stores what it receives in a file. A
 * compressed body is handed on as what can be read of it.
 */
export async function passThrough(
  response: ServerResponse,
  answer: UpstreamAnswer,
  prefix: Prefix,
): Promise<void> {
  if (response.destroyed) {
    answer.body.destroy();
    return;
  }
  const { 'content-length': _, 'content-encoding': __, ...headers } = downstreamHeaders(answer.headers);
  for (const [name, value] of Object.entries(headers)) headers[name] = withoutSecrets(value);
  response.writeHead(answer.status, headers);
  const body = prefix.isWhole ? [] : answer.body.stream();
  // Whichever end breaks off takes the other with it.
  const readable = uncompressed(prefix.bytes, body, headerValue(answer.headers, 'content-encoding'));
  await pipeline(textWithoutSecrets(readable), response).catch(() => undefined);
  // What could not be read, or was too long, is still on its way.
  answer.body.destroy();
}

/** Longer than any secret, however it is written: one that comes in two pieces is whole before its beginning is passed on. */
const heldBack = 16 * 1024;

/** Byte for byte: what is no text stays as it is. */
async function* textWithoutSecrets(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held = '';
  for await (const chunk of body) {
    yield Buffer.from(held.slice(0, -heldBack), 'latin1');
    held = Secret.hideAllIn(held.slice(-heldBack) + chunk.toString('latin1'));
  }
  yield Buffer.from(held, 'latin1');
}

/** More than any refusal has; one that grows beyond it ends there. */
const longestRefusal = 4 * 1024 * 1024;

/** Nothing of a body that cannot be read: what is in it cannot be known. */
async function* uncompressed(
  first: Buffer,
  rest: Iterable<Buffer> | AsyncIterable<Buffer>,
  encoding: string | null,
): AsyncGenerator<Buffer> {
  if (encoding === null || /^\s*(?:identity)?\s*$/i.test(encoding)) {
    yield first;
    yield* rest;
    return;
  }
  const decoder = decompressor(encoding, first);
  if (decoder === null) return;
  const fed = pipeline(async function* () {
    yield first;
    yield* rest;
  }, decoder).catch(() => undefined);
  let room = longestRefusal;
  try {
    for await (const piece of decoder as AsyncIterable<Buffer>) {
      yield piece.subarray(0, room);
      room -= piece.length;
      if (room <= 0) return;
    }
  } catch {
    // It is not what its header says: what came before is all that can be read.
  } finally {
    decoder.destroy();
    await fed;
  }
}

function withoutSecrets(value: OutgoingHttpHeader | undefined): OutgoingHttpHeader | undefined {
  if (typeof value === 'string') return Secret.hideAllIn(value);
  return Array.isArray(value) ? value.map((each) => Secret.hideAllIn(each)) : value;
}
