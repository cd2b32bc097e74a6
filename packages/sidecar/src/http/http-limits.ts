/** Sizes in bytes, times in milliseconds, counts. */
export interface HttpLimits {
  /** What Node's parser reads of a request line and headers; the door's own limits are lower and answer by route. */
  readonly headerBytes: number;
  /** A connection that has sent a part of its headers and not the rest by then gets 408; one that has sent nothing gets no answer. */
  readonly headersTimeoutMs: number;
  /** A request that has not arrived in full by then gets 408. */
  readonly requestTimeoutMs: number;
  readonly timeoutCheckMs: number;
  readonly keepAliveMs: number;
  readonly requestsPerConnection: number;
  /** Connections that have shown no token; one more ends the oldest, so a flood pushes out a flood. */
  readonly strangers: number;
  readonly connections: number;
  readonly smallBodyBytes: number;
  /** 1,000,000 UTF-16 units of prompt are up to 3 MB of UTF-8. */
  readonly queryBodyBytes: number;
  /** What is read and dropped beyond a body's limit, so that the sender lives to read the 413. */
  readonly drainBytes: number;
  readonly jsonDepth: number;
  readonly streams: number;
  /** Unsent bytes of one stream above which its reader is cut off. */
  readonly streamBufferBytes: number;
  /** A reader that takes nothing for so long is cut off. */
  readonly streamStallMs: number;
  readonly pingMs: number;
  /** Refused tokens and tickets within `failuresPerMs` that are answered 401; beyond, 429. The right token always passes. */
  readonly failures: number;
  readonly failuresPerMs: number;
}

/** What the user's own window and command line never reach, and a flood does. */
export const defaultHttpLimits: HttpLimits = {
  headerBytes: 96 * 1024,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  timeoutCheckMs: 1_000,
  keepAliveMs: 30_000,
  requestsPerConnection: 10_000,
  strangers: 256,
  connections: 1024,
  smallBodyBytes: 64 * 1024,
  queryBodyBytes: 4 * 1024 * 1024,
  drainBytes: 1024 * 1024,
  jsonDepth: 32,
  streams: 100,
  streamBufferBytes: 1024 * 1024,
  streamStallMs: 20_000,
  pingMs: 15_000,
  failures: 1_000,
  failuresPerMs: 10_000,
};
