import { type RawAnswer, rawExchange } from '../../../packages/sidecar/test/support/http/raw-exchange.ts';

/**
 * Sends a request of exactly this line and these headers over a bare socket. `Host` is added unless a header names it; a header whose
 * value is `absent` only keeps it away.
 */
export function rawRequest(
  port: number,
  line: string,
  headers: readonly string[] = [],
  body = '',
): Promise<RawAnswer> {
  const names = (name: string): boolean =>
    headers.some((header) => header.toLowerCase().startsWith(`${name}:`));
  const lines = [
    line,
    ...(names('host') ? [] : [`Host: 127.0.0.1:${port}`]),
    ...headers.filter((header) => !/: absent$/.test(header)),
    ...(body === '' || names('content-length') ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]),
  ];
  return rawExchange(port, `${lines.join('\r\n')}\r\n\r\n${body}`);
}

/** The port of a local address. */
export function portOf(url: string): number {
  return Number(new URL(url).port);
}
