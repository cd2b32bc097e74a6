import type { OutgoingHttpHeader, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { Secret } from '../secret/index.ts';
import { downstreamHeaders } from './forwarded-headers.ts';
import type { Prefix } from './read-body.ts';
import type { UpstreamAnswer } from './upstream.ts';

/**
 * Hands a refusal on as it comes: status, body, `Retry-After`; the program knows what to do with it. Only every secret in use is taken
 * out: a server that repeats what it was sent must not hand our credential to the program, which stores what it receives in a file.
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
  const { 'content-length': _, ...headers } = downstreamHeaders(answer.headers);
  for (const [name, value] of Object.entries(headers)) headers[name] = withoutSecrets(value);
  response.writeHead(answer.status, headers);
  const body = prefix.isWhole ? [] : answer.body;
  // Whichever end breaks off takes the other with it.
  await pipeline(textWithoutSecrets(prefix.bytes, body), response).catch(() => undefined);
}

/** Longer than any secret, however it is written: one that comes in two pieces is whole before its beginning is passed on. */
const heldBack = 16 * 1024;

/** Byte for byte: what is no text stays as it is. */
async function* textWithoutSecrets(
  first: Buffer,
  rest: Iterable<Buffer> | AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  let held = Secret.hideAllIn(first.toString('latin1'));
  for await (const chunk of rest) {
    yield Buffer.from(held.slice(0, -heldBack), 'latin1');
    held = Secret.hideAllIn(held.slice(-heldBack) + chunk.toString('latin1'));
  }
  yield Buffer.from(held, 'latin1');
}

function withoutSecrets(value: OutgoingHttpHeader | undefined): OutgoingHttpHeader | undefined {
  if (typeof value === 'string') return Secret.hideAllIn(value);
  return Array.isArray(value) ? value.map((each) => Secret.hideAllIn(each)) : value;
}
