import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { errors } from './undici.ts';

/** How undici sent one request. Source: undici 8, its page on DiagnosticsChannel, `undici:client:sendHeaders`. */
interface SentHeaders {
  readonly request: { readonly body: unknown };
  readonly socket: Socket;
}

/** What a server that closed an idle connection makes of the next request on it. */
const closedCodes = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);
/** A connection that was closed before answers within a round trip; a call that is being worked on takes longer to fail. */
const atOnceMs = 1_000;

const used = new WeakSet<Socket>();
const sentOnUsed = new WeakSet<object>();

subscribe('undici:client:sendHeaders', (message) => {
  const { request, socket } = message as SentHeaders;
  if (!used.has(socket)) used.add(socket);
  else if (typeof request.body === 'object' && request.body !== null) sentOnUsed.add(request.body);
});

/**
 * Whether a try met a kept connection that its server had closed: the connection had served before, and it was gone at once, without a byte
 * of an answer. Only then may the request be sent again without asking the user: on a new connection the same failure may be the end of a
 * call that was worked on and paid.
 * @param body what was handed to undici: an object of this try alone
 */
export function metClosedConnection(body: object, error: unknown, afterMs: number): boolean {
  const { code } = error as { readonly code?: unknown };
  return sentOnUsed.has(body) && afterMs < atOnceMs && typeof code === 'string' && closedCodes.has(code);
}

/** Whether something did come back that is no HTTP answer, or no answer came in all the time there is: the call may have been paid. */
export function mayHaveBeenPaid(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown };
  return (
    error instanceof errors.HTTPParserError ||
    code === 'UND_ERR_HEADERS_OVERFLOW' ||
    code === 'UND_ERR_HEADERS_TIMEOUT'
  );
}
