import { launchTokenText } from '../../../src/door/index.ts';
import type { HttpDeps } from '../../../src/http/http-deps.ts';
import { createHttpServer } from '../../../src/http/http-server.ts';
import { createFakePorts } from './fake-ports.ts';
import { type RawAnswer, rawExchange } from './raw-exchange.ts';

/** A real server on a port of the OS's choice over fake ports, and ways to talk to it. */
export async function startServer(options: Partial<HttpDeps> = {}) {
  const ports = createFakePorts(options);
  const server = await createHttpServer(ports.deps);
  const { url } = await server.listen(0);
  const port = Number(new URL(url).port);
  const bearer = launchTokenText(ports.deps.token);
  const authorization = { Authorization: `Bearer ${bearer}` };
  return {
    ...ports,
    server,
    url,
    port,
    bearer,
    authorization,
    /** Sends a request of exactly these lines; `Host` and the bearer are added unless a line names them. */
    raw(line: string, headers: readonly string[] = [], body = ''): Promise<RawAnswer> {
      return rawExchange(port, requestText(port, bearer, line, headers, body));
    },
    get: (path: string) => fetch(`${url}${path}`, { headers: authorization }),
    delete: (path: string) => fetch(`${url}${path}`, { method: 'DELETE', headers: authorization }),
    post: (path: string, body: unknown = {}) =>
      fetch(`${url}${path}`, {
        method: 'POST',
        headers: { ...authorization, 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      }),
    [Symbol.asyncDispose]: () => server.close(),
  };
}

/** A server with everything a test needs to talk to it. */
export type TestServer = Awaited<ReturnType<typeof startServer>>;

function requestText(
  port: number,
  bearer: string,
  line: string,
  headers: readonly string[],
  body: string,
): string {
  const has = (name: string) => headers.some((header) => header.toLowerCase().startsWith(`${name}:`));
  const lines = [
    line,
    ...(has('host') ? [] : [`Host: 127.0.0.1:${port}`]),
    ...(has('authorization') ? [] : [`Authorization: Bearer ${bearer}`]),
    ...headers.filter((header) => !/:\s*absent$/.test(header)),
    ...(body === '' || has('content-length') ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]),
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}
