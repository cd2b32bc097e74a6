/** A bare streaming proxy: what it costs at least to stand between a program and its service. It judges, chooses and reads nothing. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent } from 'undici';
import { answerHeaders, requestHeaders } from '../harness/proxied-headers.ts';
import { cpuMs, orderOf, serveQuestions } from './serve-questions.ts';

const { upstreamUrl } = orderOf<{ readonly upstreamUrl: string }>();
const upstream = new Agent({ keepAliveTimeout: 30_000 });

const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
  const sent = {
    origin: upstreamUrl,
    path: request.url ?? '',
    method: 'POST' as const,
    headers: requestHeaders(request.headers),
    body: request,
  };
  upstream
    .stream(sent, ({ statusCode, headers: answered }) => {
      return response.writeHead(statusCode, answerHeaders(answered));
    })
    .catch(() => response.destroy());
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  void serveQuestions({ url: `http://127.0.0.1:${port}` }, cpuMs, () => undefined);
});
