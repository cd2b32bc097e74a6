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
  /** Its reader is gone or was cut off, or the server closes. */
  readonly isOver: boolean;
  /** Runs once when it is over, at once where it is already. Of two the last counts. */
  onOver(listener: () => void): void;
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
   * Opens a stream as the answer to a request, and resolves once it is open. `prepare` runs first: what it throws is still a problem
   * document; what it gives writes the stream and resolves at its end.
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

const streamHeaders = { ...answerHeaders, 'Content-Type': 'text/event-stream' };

/**
 * Event streams within limits. A window holds one for as long as it is open, so an idle one holds little: its connection, its response and
 * one object; no timer and no abort signal of its own.
 */
export function createEventStreams(limits: StreamLimits): EventStreams {
  const streams = new Set<OpenStream>();
  let taken = 0;
  let pings: NodeJS.Timeout | undefined;

  function run(stream: OpenStream, write: (stream: EventStream) => Promise<void>, counted: number): void {
    streams.add(stream);
    pings ??= setInterval(() => {
      for (const each of streams) each.ping();
    }, limits.pingMs).unref();
    const end = (): void => {
      taken -= counted;
      streams.delete(stream);
      stream.finish();
      if (streams.size > 0) return;
      clearInterval(pings);
      pings = undefined;
    };
    write(stream).then(end, end);
  }

  return {
    async open(reply, prepare, isLimited = true) {
      if (isLimited && taken >= limits.streams)
        throw new InvalidRequestError('too_many_requests', 'Too many event streams are open.');
      const counted = isLimited ? 1 : 0;
      taken += counted;
      let write: (stream: EventStream) => Promise<void>;
      try {
        write = await prepare();
      } catch (error) {
        taken -= counted;
        throw error;
      }
      reply.hijack();
      run(new OpenStream(reply.raw, limits), write, counted);
    },
    close() {
      for (const stream of streams) stream.leave();
    },
  };
}

class OpenStream implements EventStream {
  readonly #response: ServerResponse;
  readonly #limits: StreamLimits;
  #isOver = false;
  /** A frame is being written, and nothing may come between its pieces. */
  #isInFrame = false;
  #onOver: (() => void) | null = null;

  constructor(response: ServerResponse, limits: StreamLimits) {
    this.#response = response;
    this.#limits = limits;
    const over = (): void => this.#end();
    response.on('close', over);
    response.on('error', over);
    if (response.destroyed) over();
    response.writeHead(200, streamHeaders);
    // The first bytes make the headers leave at once.
    response.write(': open\n\n');
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  onOver(listener: () => void): void {
    if (this.#isOver) listener();
    else this.#onOver = listener;
  }

  cutOff(): void {
    this.#response.destroy();
  }

  ping(): void {
    if (!this.#isInFrame && !this.#response.writableNeedDrain) this.#response.write(': ping\n\n');
  }

  /** The server closes. Where something waits for a reader who does not read, it is not waited for. */
  leave(): void {
    this.#end();
    if (this.#response.writableNeedDrain) this.#response.destroy();
  }

  /** Ends the response. */
  finish(): void {
    const response = this.#response;
    response.end();
    if (response.destroyed) return;
    // A reader that has stopped reading would delay the end forever.
    const patience = setTimeout(() => response.destroy(), this.#limits.streamStallMs).unref();
    response.once('close', () => clearTimeout(patience));
  }

  async send({ id, event, data }: Frame): Promise<void> {
    if (this.#isOver) return;
    const response = this.#response;
    // Judged before the write: one frame may be larger than the limit, a backlog may not.
    if (response.writableLength > this.#limits.streamBufferBytes) {
      response.destroy();
      return;
    }
    const head = `id: ${id}\nevent: ${event}\ndata: `;
    if (!isLarge(data)) {
      if (!response.write(`${head}${JSON.stringify(data)}\n\n`)) await this.#room();
      return;
    }
    this.#isInFrame = true;
    try {
      response.write(head);
      for (const piece of jsonPieces(data)) {
        if (!response.write(piece)) await this.#room();
        // What a model sends may be megabytes: others have their turn between its pieces.
        await setImmediate();
        if (this.#isOver) return;
      }
      if (!response.write('\n\n')) await this.#room();
    } finally {
      this.#isInFrame = false;
    }
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#onOver?.();
    this.#onOver = null;
  }

  /** Resolves once there is room for more, or the reader is gone; one that takes nothing for too long is cut off. */
  #room(): Promise<void> {
    const response = this.#response;
    if (this.#isOver) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    const stalled = setTimeout(() => response.destroy(), this.#limits.streamStallMs).unref();
    const done = (): void => {
      clearTimeout(stalled);
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
    return promise;
  }
}
