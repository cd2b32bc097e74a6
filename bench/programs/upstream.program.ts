/** A service that answers at once with events, in a process of its own: as little work as a stream can be. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serveQuestions } from './serve-questions.ts';

const eventBytes = 160;
const firstEvents = `${event({ type: 'message_start', message: { id: 'm', model: 'bench', usage: { input_tokens: 1, output_tokens: 1 } } })}`;
const delta = event({
  type: 'content_block_delta',
  index: 0,
  delta: { type: 'text_delta', text: 'x'.repeat(eventBytes) },
});
const lastEvents = `${event({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 1 } })}${event({ type: 'message_stop' })}`;

/**
 * The number of deltas is in the path, so that the body passes unread: `/v1/messages?events=100`. With `pace=20` each comes 20 ms after the one
 * before it.
 */
const server = createServer({ keepAliveTimeout: 600_000 }, (request, response) => {
  const { searchParams } = new URL(request.url ?? '', 'http://upstream');
  const events = Number(searchParams.get('events') ?? 1);
  const paceMs = Number(searchParams.get('pace') ?? 0);
  request.resume();
  request.once('end', () => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(firstEvents);
    let written = 0;
    // One write a turn of the loop: pieces of many streams arrive mixed, as they do from a service.
    const later = (run: () => void): void => {
      if (paceMs === 0) setImmediate(run);
      else setTimeout(run, paceMs);
    };
    const next = (): void => {
      if (written === events) return void response.end(lastEvents);
      written += 1;
      if (response.write(delta)) later(next);
      else response.once('drain', next);
    };
    later(next);
  });
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  void serveQuestions(
    { url: `http://127.0.0.1:${port}` },
    () => ({}),
    () => undefined,
  );
});

function event(data: { readonly type: string } & Record<string, unknown>): string {
  return `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
}
