import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ErrorCode, errorTable } from '@postern/contract';
import { answerHeaders } from '../door/index.ts';

const errorTypes: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  503: 'overloaded_error',
};

/** An answer of the gateway's own, in the error shape of the Messages API, because the program reads it. */
export interface OwnAnswer {
  readonly status: number;
  readonly code: ErrorCode;
  readonly detail?: string | null;
  /** False: the program gives up at once. True: it may repeat the request by its own back-off. */
  readonly mayRetry: boolean;
}

const unreadable: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Payload Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** For a code whose row of the error table speaks to a window: what calls here is a program. */
const forPrograms: Partial<
  Readonly<Record<ErrorCode, { readonly title: string; readonly nextStep: string }>>
> = {
  unauthorized: {
    title: 'The secret that this program shows is none that is valid here now',
    nextStep: 'Start the program with postern run, or give it baseUrl and secret of a new lease.',
  },
};

/** Sends it, unless an answer has begun or the program is gone. */
export function sendOwnAnswer(response: ServerResponse, answer: OwnAnswer): void {
  if (response.headersSent || response.destroyed) return;
  const { title, nextStep } = forPrograms[answer.code] ?? errorTable[answer.code];
  const body = JSON.stringify({
    type: 'error',
    error: {
      type: errorTypes[answer.status] ?? 'api_error',
      message: `Postern: ${title}. ${answer.detail ?? nextStep}`,
    },
  });
  response.writeHead(answer.status, {
    ...answerHeaders,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    // Source: the SDK obeys this header before its own rules; measured, docs/claude-agent-sdk.md.
    ...(answer.mayRetry ? {} : { 'x-should-retry': 'false' }),
    ...(answer.status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
  });
  response.end(body);
}

/**
 * Answers what Node's parser could not read or waited for too long, as Node itself does, and closes.
 * @param answerBegun whether an answer is under way: nothing may be written into the middle of it
 */
export function endUnreadable(error: NodeJS.ErrnoException, socket: Duplex, answerBegun: boolean): void {
  if (!socket.writable || answerBegun) socket.destroy();
  else
    socket.end(
      `HTTP/1.1 ${unreadable[error.code ?? ''] ?? '400 Bad Request'}\r\nConnection: close\r\n\r\n`,
      () => socket.destroy(),
    );
}
