import type { Readable } from 'node:stream';
import { parseJsonStrictly } from '../door/index.ts';
import { InvalidRequestError } from '../errors/index.ts';

/** Sizes in bytes. */
export interface BodyLimits {
  readonly bodyBytes: number;
  /** What is read and dropped beyond that, so that the sender lives to read the refusal. */
  readonly drainBytes: number;
  readonly jsonDepth: number;
  /** A request that needs no body: some clients name a type all the same. */
  readonly mayBeEmpty?: boolean;
}

/**
 * Reads a whole body as UTF-8 JSON.
 * @throws InvalidRequestError `payload_too_large`, `bad_request`
 */
export async function readJsonBody(body: Readable, limits: BodyLimits): Promise<unknown> {
  const kept: Buffer[] = [];
  let size = 0;
  // The stream must outlive the loop: destroying it would take the connection, and the answer, with it.
  for await (const chunk of body.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > limits.bodyBytes + limits.drainBytes) break;
    if (size <= limits.bodyBytes) kept.push(chunk);
  }
  if (size > limits.bodyBytes)
    throw new InvalidRequestError(
      'payload_too_large',
      `This address takes at most ${limits.bodyBytes} bytes.`,
    );
  if (size === 0 && limits.mayBeEmpty === true) return undefined;
  return parseJsonStrictly(decode(Buffer.concat(kept)), { maxDepth: limits.jsonDepth });
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new InvalidRequestError('bad_request', 'The body is not valid UTF-8.');
  }
}
