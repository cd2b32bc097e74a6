import type { ServerResponse } from 'node:http';
import type { AnswerBody } from './answer-body.ts';

/** How a streamed answer ended. */
export type StreamEnd = 'complete' | 'broke_off' | 'client_gone';

/** A body on its way to the client, whose head and end are sent only on request. */
export interface AnswerStream {
  /**
   * Reads the body as it comes, no faster than the client reads. A client that goes takes the upstream call with it.
   * @param tap sees every chunk before it is passed on
   */
  run(tap: (chunk: Buffer) => void): Promise<StreamEnd>;
  /** What was kept back goes to the client, and all that follows as it comes. */
  release(): void;
  /** It counts as broken off; nothing from this byte on is passed on. Null: all that came is. */
  breakOff(offset: number | null): void;
  /** It counts as complete after this many milliseconds, if its end has not come by then. */
  endWithin(ms: number): void;
  /** Tells the client that it is whole. */
  finish(): void;
  /** Leaves the client without an end until it disconnects, or for this many milliseconds: half an answer must not look like a whole one. */
  hold(ms: number): Promise<void>;
}

const carriageReturn = 0x0d;
/** More than that is not buffered, in any state. */
const mostKept = 256 * 1024;

/** @param begin writes the head of the answer; runs before the first byte */
export function streamAnswer(body: AnswerBody, response: ServerResponse, begin: () => void): AnswerStream {
  const { promise, resolve } = Promise.withResolvers<StreamEnd>();
  let kept: Buffer[] | null = [];
  let keptBytes = 0;
  let passed = 0;
  let lastByte: number | undefined;
  let limit = Number.POSITIVE_INFINITY;
  let isSettled = false;
  let endsAtMs = Number.POSITIVE_INFINITY;
  let ending: NodeJS.Timeout | undefined;

  const settle = (end: StreamEnd): void => {
    if (isSettled) return;
    isSettled = true;
    clearTimeout(ending);
    resolve(end);
    body.destroy();
  };
  const resume = (): void => {
    body.resume();
  };
  const pass = (chunk: Buffer): void => {
    const part = passed + chunk.length <= limit ? chunk : chunk.subarray(0, Math.max(0, limit - passed));
    passed += chunk.length;
    if (part.length === 0 || response.destroyed) return;
    lastByte = part[part.length - 1];
    if (response.write(part) || body.isPaused) return;
    body.pause();
    response.once('drain', resume);
  };
  const release = (): void => {
    if (kept === null || response.destroyed) return;
    const chunks = kept;
    kept = null;
    begin();
    for (const chunk of chunks) pass(chunk);
    // A head that bytes follow goes out with them.
    if (lastByte === undefined) response.flushHeaders();
  };

  return {
    run(tap) {
      const take = (chunk: Buffer): void => {
        if (isSettled) return;
        if (kept === null) {
          tap(chunk);
          pass(chunk);
          return;
        }
        // Kept before it is looked at: where that lets the answer go, its head goes in one write with all that has come.
        kept.push(chunk);
        keptBytes += chunk.length;
        tap(chunk);
        if (keptBytes > mostKept) release();
      };
      const end = (): void => {
        // What came last waits for its end, which follows as soon as the call is settled: one write for both.
        if (kept === null && !isSettled) response.cork();
        settle('complete');
      };
      const breakOff = (): void => settle(response.destroyed ? 'client_gone' : 'broke_off');
      response.once('close', () => settle('client_gone'));
      if (response.destroyed) settle('client_gone');
      else body.read({ data: take, end, fail: breakOff });
      return promise;
    },
    release,
    breakOff(offset) {
      limit = offset ?? Number.POSITIVE_INFINITY;
      settle('broke_off');
    },
    endWithin(ms) {
      const atMs = performance.now() + ms;
      if (isSettled || atMs >= endsAtMs) return;
      endsAtMs = atMs;
      clearTimeout(ending);
      ending = setTimeout(() => settle('complete'), ms);
    },
    finish() {
      release();
      response.end();
    },
    hold(ms) {
      const { promise: over, resolve: end } = Promise.withResolvers<void>();
      if (response.destroyed) return Promise.resolve();
      // Node counts: an uncork too many would keep back what is written next.
      if (response.writableCorked > 0) response.uncork();
      // After a CR the client waits for a LF before it reads the line; the beginning of a comment ends that wait.
      if (lastByte === carriageReturn) response.write(':');
      const late = setTimeout(() => response.destroy(), ms);
      response.once('close', () => {
        clearTimeout(late);
        end();
      });
      return over;
    },
  };
}
