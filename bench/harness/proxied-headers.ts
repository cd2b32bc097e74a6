import type { IncomingHttpHeaders } from 'node:http';

const passed = new Set(['authorization', 'content-type', 'content-length', 'anthropic-version']);

/** Of a call, what the service needs of it. */
export function requestHeaders(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(
    Object.entries(headers).filter(([name, value]) => value !== undefined && passed.has(name)),
  );
}

/** Of an answer, all but what is about the one connection it came on. */
export function answerHeaders(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const {
    'transfer-encoding': _framing,
    connection: _connection,
    'keep-alive': _keepAlive,
    ...kept
  } = headers;
  return kept;
}
