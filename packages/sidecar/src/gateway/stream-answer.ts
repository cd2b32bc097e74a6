import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';

/** How a streamed answer ended. */
export type StreamEnd = 'complete' | 'broke_off' | 'client_gone';

/**
 * Passes a body on as it comes, no faster than the client reads. A client that goes takes the upstream call with it; an
 * upstream that breaks off takes the client's connection with it: half an answer must not look like a whole one.
 * @param tap sees every chunk before it is passed on
 * @param beforeEnd runs when the body is whole, before the client hears of its end
 */
export function streamAnswer(
  body: Readable,
  response: ServerResponse,
  tap: (chunk: Buffer) => void,
  beforeEnd: () => void,
): Promise<StreamEnd> {
  const { promise, resolve } = Promise.withResolvers<StreamEnd>();
  let isSettled = false;
  const settle = (end: StreamEnd): void => {
    if (isSettled) return;
    isSettled = true;
    resolve(end);
  };
  const resume = (): void => {
    body.resume();
  };
  body.on('data', (chunk: Buffer) => {
    tap(chunk);
    if (!response.write(chunk)) {
      body.pause();
      response.once('drain', resume);
    }
  });
  body.once('end', () => {
    beforeEnd();
    response.end();
    settle('complete');
  });
  const breakOff = (): void => {
    if (isSettled) return;
    settle(response.destroyed ? 'client_gone' : 'broke_off');
    response.destroy();
  };
  body.on('error', breakOff);
  body.once('close', breakOff);
  response.once('close', () => {
    settle('client_gone');
    body.destroy();
  });
  if (response.destroyed) {
    settle('client_gone');
    body.destroy();
  } else {
    // It may have been paused where its first bytes were read.
    body.resume();
  }
  return promise;
}
