import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * Whether what took too long to send a request is a connection on which nothing was ever sent. Such a one is to get no answer and no end: Node's
 * fetch opens one for each stream it breaks off, a browser some ahead, and an answer would reach the client as that of the request it is just
 * sending. How many there are is bounded, not how long they last.
 * @param error of a server's `clientError`
 */
export function isUnused(error: NodeJS.ErrnoException, socket: Duplex): boolean {
  return error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && (socket as Socket).bytesRead === 0;
}

/**
 * Whether an answer is under way on a connection: nothing may be written into the middle of it.
 * @param last the latest answer on it; one that is whole is followed by the next request
 */
export function isAnswering(last: ServerResponse | undefined): boolean {
  return last?.headersSent === true && !last.writableFinished;
}
