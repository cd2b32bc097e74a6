import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import { answerHeaders } from '../door/index.ts';
import { InvalidRequestError } from '../errors/index.ts';
import type { HttpLimits } from './http-limits.ts';
import { isLarge, jsonPieces } from './json-pieces.ts';

/** One server-sent event. Source: HTML standard, section 9.2. */
export interface Frame {
  readonly id: number;
  readonly event: string;
  readonly data: unknown;
}

/** One open stream. */
export interface EventStream {
  /** Aborted when its reader is gone, was cut off, or the server closes. */
  readonly signal: AbortSignal;
  /**
   * Writes a frame and resolves once there is room for another. A reader that leaves more unsent than the limit, or takes
   * nothing for too long, is cut off; it may come back with `Last-Event-ID`.
   */
  send(frame: Frame): Promise<void>;
  /** Ends the connection at once. */
  cutOff(): void;
}

/** Every open event stream of the server. */
export interface EventStreams {
  /**
   * Opens a stream as the answer to a request. `prepare` runs first: what it throws is still a problem document; what it gives
   * writes the stream and resolves at its end.
   * @param isLimited false: something else bounds how many there are of this one
   * @throws InvalidRequestError `too_many_requests` where too many are open
   */
  open(
    reply: FastifyReply,
    prepare: () => Promise<(stream: EventStream) => Promise<void>>,
    isLimited?: boolean,
  ): Promise<void>;
  /** Ends them all. */
  close(): void;
}

type StreamLimits = Pick<HttpLimits, 'streams' | 'streamBufferBytes' | 'streamStallMs' | 'pingMs'>;

/** Event streams within limits. */
export function createEventStreams(limits: StreamLimits): EventStreams {
  const closing = new AbortController();
  let taken = 0;
  return {
    async open(reply, prepare, isLimited = true) {
      if (isLimited && taken >= limits.streams)
        throw new InvalidRequestError('too_many_requests', 'Too many event streams are open.');
      const counted = isLimited ? 1 : 0;
      taken += counted;
      try {
        const write = await prepare();
        await serve(reply, write, limits, closing.signal);
      } finally {
        taken -= counted;
      }
    },
    close() {
      closing.abort();
    },
  };
}

async function serve(
  reply: FastifyReply,
  write: (stream: EventStream) => Promise<void>,
  limits: StreamLimits,
  closing: AbortSignal,
): Promise<void> {
  reply.hijack();
  const response = reply.raw;
  const gone = new AbortController();
  const signal = AbortSignal.any([gone.signal, closing]);
  response.once('close', () => gone.abort());
  response.on('error', () => gone.abort());
  if (response.destroyed) gone.abort();
  response.writeHead(200, { ...answerHeaders, 'Content-Type': 'text/event-stream' });
  // The first bytes make the headers leave at once.
  response.write(': open\n\n');
  const reader = { response, signal, limits, isInFrame: false };
  const ping = setInterval(() => {
    if (!reader.isInFrame && !response.writableNeedDrain) response.write(': ping\n\n');
  }, limits.pingMs).unref();
  try {
    await write({
      signal,
      send: (frame) => send(reader, frame),
      cutOff: () => response.destroy(),
    });
  } finally {
    clearInterval(ping);
    response.end();
    // A reader that has stopped reading would delay the end forever.
    const patience = setTimeout(() => response.destroy(), limits.streamStallMs).unref();
    response.once('close', () => clearTimeout(patience));
  }
}

/** One who reads a stream. */
interface Reader {
  readonly response: ServerResponse;
  readonly signal: AbortSignal;
  readonly limits: StreamLimits;
  /** A frame is being written, and nothing may come between its pieces. */
  isInFrame: boolean;
}

async function send(reader: Reader, { id, event, data }: Frame): Promise<void> {
  const { response, signal, limits } = reader;
  if (signal.aborted) return;
  // Judged before the write: one frame may be larger than the limit, a backlog may not.
  if (response.writableLength > limits.streamBufferBytes) {
    response.destroy();
    return;
  }
  const head = `id: ${id}\nevent: ${event}\ndata: `;
  if (!isLarge(data)) {
    if (!response.write(`${head}${JSON.stringify(data)}\n\n`)) await room(reader);
    return;
  }
  reader.isInFrame = true;
  try {
    response.write(head);
    for (const piece of jsonPieces(data)) {
      if (!response.write(piece)) await room(reader);
      // What a model sends may be megabytes: others have their turn between its pieces.
      await setImmediate();
      if (signal.aborted) return;
    }
    if (!response.write('\n\n')) await room(reader);
  } finally {
    reader.isInFrame = false;
  }
}

/** Resolves once there is room for more, or the reader is gone; one that takes nothing for too long is cut off. */
async function room({ response, signal, limits }: Reader): Promise<void> {
  const stalled = AbortSignal.timeout(limits.streamStallMs);
  await once(response, 'drain', { signal: AbortSignal.any([signal, stalled]) }).catch(() => {
    if (stalled.aborted) response.destroy();
  });
}
