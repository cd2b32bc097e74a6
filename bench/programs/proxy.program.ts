/** A bare streaming proxy: what it costs at least to stand between a program and its service. It judges, chooses and reads nothing. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent } from 'undici';
import { cpuMs, orderOf, serveQuestions } from './serve-questions.ts';

const { upstreamUrl } = orderOf<{ readonly upstreamUrl: string }>();
const upstream = new Agent({ keepAliveTimeout: 30_000 });
const passed = new Set(['authorization', 'content-type', 'content-length', 'anthropic-version']);

const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
  const headers = Object.fromEntries(
    Object.entries(request.headers).filter(([name, value]) => value !== undefined && passed.has(name)),
  );
  const sent = {
    origin: upstreamUrl,
    path: request.url ?? '',
    method: 'POST' as const,
    headers,
    body: request,
  };
  upstream
    .stream(sent, ({ statusCode, headers: answered }) => {
      const {
        'transfer-encoding': _framing,
        connection: _connection,
        'keep-alive': _keepAlive,
        ...kept
      } = answered;
      return response.writeHead(statusCode, kept);
    })
    .catch(() => response.destroy());
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  void serveQuestions({ url: `http://127.0.0.1:${port}` }, cpuMs, () => undefined);
});
