import type { Duplex } from 'node:stream';
import { type ProblemAnswer, problemAnswer } from './problem-answer.ts';

// An import would load Node's own fetch with it: 14 MB.
const { STATUS_CODES } = process.getBuiltinModule('node:http');

/** How long a refused connection is still read, so that the sender gets to read the answer before a reset reaches it. */
const lingerMs = 500;

const ending = new WeakSet<Duplex>();

/**
 * Answers what Node's parser could not read or waited for too long, and closes. Nothing of the input is repeated.
 * @param answerBegun whether an answer is under way: nothing may be written into the middle of it
 */
export function answerUnreadable(error: NodeJS.ErrnoException, socket: Duplex, answerBegun: boolean): void {
  // What still arrives while the connection ends is no longer a request.
  if (ending.has(socket)) return;
  if (!socket.writable || error.code === 'ECONNRESET' || answerBegun) {
    socket.destroy();
    return;
  }
  endWith(socket, answerTo(error.code));
}

/** Writes an answer on a bare connection and ends it. */
export function endWith(socket: Duplex, answer: ProblemAnswer): void {
  ending.add(socket);
  const head = [
    `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? ''}`,
    ...Object.entries({ ...answer.headers, Connection: 'close' }).map(([name, value]) => `${name}: ${value}`),
  ];
  socket.end(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), answer.body]));
  socket.once('end', () => socket.destroy());
  socket.on('error', () => socket.destroy());
  setTimeout(() => socket.destroy(), lingerMs).unref();
  socket.resume();
}

function answerTo(code: string | undefined): ProblemAnswer {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return problemAnswer('payload_too_large', { status: 431 });
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return problemAnswer('payload_too_large');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return problemAnswer('request_timeout');
    default:
      return problemAnswer('bad_request');
  }
}
