import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Sandbox } from '@postern/sandbox';
import { tokenCheck } from './token-check.ts';

/** A Messages API of an organization: it takes the access tokens that the organization's own server gave out. */
export interface MessagesService extends AsyncDisposable {
  readonly url: string;
  /** Messages answered for such a token. */
  readonly served: () => number;
}

/** Puts the sandbox's Messages API behind a check of the access token; the sandbox itself knows its own tokens only. */
export async function openMessagesService(
  sandbox: Sandbox,
  issued: ReadonlyMap<string, string | null>,
): Promise<MessagesService> {
  let served = 0;
  const check = tokenCheck(issued);
  const server = createServer((incoming, response) => {
    const challenge = check(incoming);
    if (challenge !== null) {
      incoming.resume();
      response.writeHead(401, { 'content-type': 'application/json', ...challenge });
      response.end(refusal);
      return;
    }
    if (isMessage(incoming)) served += 1;
    const { authorization: _, host: _host, dpop: _proof, ...headers } = incoming.headers;
    const { hostname, port } = new URL(sandbox.apiBaseUrl);
    const outgoing = request({
      ...{ hostname, port, method: incoming.method, path: incoming.url, agent: false },
      headers: { ...headers, 'x-api-key': sandbox.apiKey },
    });
    outgoing.once('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    outgoing.once('error', () => response.destroy());
    incoming.pipe(outgoing);
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    served: () => served,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const refusal = JSON.stringify({
  type: 'error',
  error: { type: 'authentication_error', message: 'Invalid access token' },
});

function isMessage({ method, url }: IncomingMessage): boolean {
  return method === 'POST' && url?.split('?')[0] === '/v1/messages';
}
