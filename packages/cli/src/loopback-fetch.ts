import type { IncomingMessage } from 'node:http';
import type { Answer, AnswerReader, Fetch } from '@postern/client';

// An import would load Node's own fetch with it, and so would its `Response`: 25 MB and a tenth of a second.
const { Agent, request } = process.getBuiltinModule('node:http');

/** As `fetch` waits for a head; a sidecar that hangs must not hold its caller forever. */
const headWithinMs = 300_000;
/** Of its own: the global one would take a proxy of the environment, and this carries the token of the launch, in clear. */
const agent = new Agent({ keepAlive: true });

/**
 * As much of `fetch` as a client of the sidecar needs, over `node:http`. A redirect is an error, as is a connection that cannot be made.
 * @throws TypeError with the reason as its cause; the signal's error where it was aborted
 */
export const loopbackFetch: Fetch = async (input, { method = 'GET', headers, body, signal }) => {
  const bytes = body instanceof Blob ? new Uint8Array(await body.arrayBuffer()) : body;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const asking = request(
    input,
    { agent, method, headers: { ...(headers as Record<string, string>) }, ...(signal ? { signal } : {}) },
    resolve,
  );
  asking.once('error', (cause) => reject(new TypeError('fetch failed', { cause })));
  const waiting = setTimeout(() => asking.destroy(new Error('no answer')), headWithinMs).unref();
  asking.end(bytes as string | Uint8Array | null | undefined);
  const message = await promise.finally(() => clearTimeout(waiting));
  // A reader gets it too; where the body is not read, the error would end this process.
  message.on('error', () => undefined);
  const { statusCode: status = 0 } = message;
  if (status >= 300 && status < 400) {
    message.destroy();
    throw new TypeError('fetch failed', { cause: new Error('unexpected redirect') });
  }
  return answerOf(message, status);
};

function answerOf(message: IncomingMessage, status: number): Answer {
  return {
    ok: status >= 200 && status < 300,
    status,
    headers: {
      get: (name) => {
        const value = message.headers[name.toLowerCase()];
        return value === undefined ? null : String(value);
      },
    },
    body: { getReader: () => readerOf(message) },
    async json() {
      const pieces: Uint8Array[] = [];
      for await (const piece of message) pieces.push(piece as Uint8Array);
      return JSON.parse(Buffer.concat(pieces).toString());
    },
  };
}

function readerOf(message: IncomingMessage): AnswerReader {
  const pieces = message[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  return {
    read: async () => {
      const { done = false, value } = await pieces.next();
      return { done, value: value as Uint8Array | undefined };
    },
    cancel: async () => {
      message.destroy();
    },
  };
}
