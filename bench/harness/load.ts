import { Agent, request } from 'node:http';

/** A door to the same upstream, or the upstream itself. */
export interface Target {
  readonly url: string;
  /** Sent as bearers, in turn. */
  readonly secrets: readonly string[];
}

/** What one stream took. */
export interface StreamTimes {
  /** From the call to the first piece of the answer's body. */
  readonly firstByteMs: number;
  /** The same to the first piece with text in it: what comes before shows the user nothing. */
  readonly firstTextMs: number;
  readonly bytes: number;
}

/** About what the Agent SDK's program sends with its first question: measured 42 to 71 kB. Source: program 2.1.330. */
const requestBytes = 60_000;
const body = JSON.stringify({ stream: true, text: 'x'.repeat(requestBytes) });

/** What a stream whose events come at a pace took. */
export interface Paced {
  /** From one piece to the next, in milliseconds. */
  readonly gapsMs: readonly number[];
}

/** Connections to one target, kept between streams. */
export interface Load {
  /** One stream to its end. @throws Error where it is refused, or breaks off */
  stream(events: number, which?: number): Promise<StreamTimes>;
  /** So many streams at once; gives how long all of them took. @throws Error where one of them lost a byte */
  burst(streams: number, events: number): Promise<number>;
  /** So many streams at once, an event every `paceMs` in each. @throws Error where one of them lost an event */
  paced(streams: number, events: number, paceMs: number): Promise<Paced>;
  close(): void;
}

const eventMark = 'event: content_block_delta';

/** Load on a target, from this process. */
export function createLoad({ url, secrets }: Target): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY, maxFreeSockets: 1024 });
  const send = (
    query: string,
    which: number,
    onPiece: (piece: Buffer, atMs: number) => void,
  ): Promise<void> =>
    new Promise((resolve, reject) => {
      const sent = request(`${url}/v1/messages?${query}`, {
        method: 'POST',
        agent,
        headers: {
          authorization: `Bearer ${secrets[which % secrets.length] ?? ''}`,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'anthropic-version': '2023-06-01',
        },
      });
      sent.once('response', (response) => {
        response.on('data', (piece: Buffer) => onPiece(piece, performance.now()));
        response.once('error', reject);
        response.once('end', () => {
          if (response.statusCode === 200) resolve();
          else reject(new Error(`${url} answered ${response.statusCode}`));
        });
      });
      sent.once('error', reject);
      sent.end(body);
    });

  async function stream(events: number, which = 0): Promise<StreamTimes> {
    const startedAt = performance.now();
    let firstByteMs = Number.NaN;
    let firstTextMs = Number.NaN;
    let bytes = 0;
    await send(`events=${events}`, which, (piece, atMs) => {
      if (bytes === 0) firstByteMs = atMs - startedAt;
      bytes += piece.length;
      // The upstream writes an event in one piece.
      if (Number.isNaN(firstTextMs) && piece.includes(eventMark)) firstTextMs = atMs - startedAt;
    });
    if (Number.isNaN(firstTextMs)) throw new Error(`${url} answered without text`);
    return { firstByteMs, firstTextMs, bytes };
  }

  /** The gaps between the pieces of one stream. */
  async function pacedStream(events: number, paceMs: number, which: number): Promise<readonly number[]> {
    const pieces: Buffer[] = [];
    const gapsMs: number[] = [];
    let lastAtMs = Number.NaN;
    await send(`events=${events}&pace=${paceMs}`, which, (piece, atMs) => {
      if (pieces.length > 0) gapsMs.push(atMs - lastAtMs);
      lastAtMs = atMs;
      pieces.push(piece);
    });
    const seen = Buffer.concat(pieces).toString('latin1').split(eventMark).length - 1;
    if (seen !== events) throw new Error(`${url} passed on ${seen} of ${events} events`);
    return gapsMs;
  }

  return {
    stream,
    async burst(streams, events) {
      const startedAt = performance.now();
      const all = await Promise.all(Array.from({ length: streams }, (_, at) => stream(events, at)));
      const [first] = all;
      if (all.some(({ bytes }) => bytes !== first?.bytes)) throw new Error(`${url} lost bytes of a stream`);
      return performance.now() - startedAt;
    },
    async paced(streams, events, paceMs) {
      const all = await Promise.all(
        Array.from({ length: streams }, (_, at) => pacedStream(events, paceMs, at)),
      );
      return { gapsMs: all.flat() };
    },
    close: () => agent.destroy(),
  };
}
