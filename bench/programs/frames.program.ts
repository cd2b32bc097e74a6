/** A service whose every frame is another one, cut into pieces that have nothing to do with frames: `/v1/messages?stream=1&frames=1000`. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { numberedFrames } from '../harness/numbered-frames.ts';
import { serveQuestions } from './serve-questions.ts';

const mostPiece = 6_000;

const server = createServer({ keepAliveTimeout: 600_000 }, (request, response) => {
  const { searchParams } = new URL(request.url ?? '', 'http://upstream');
  const [stream = 0, frames = 1] = ['stream', 'frames'].map((name) => Number(searchParams.get(name)));
  request.resume();
  request.once('end', () => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    void write(response, pieces(stream, frames)).catch(() => response.destroy());
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

/** Of a length that changes with each, so that they end within a frame, a character, a line end. */
function* pieces(stream: number, frames: number): Generator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  let random = stream + 1;
  const length = (): number => {
    // Source: Numerical Recipes, a linear congruential generator.
    random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0;
    return 1 + (random % mostPiece);
  };
  let wanted = length();
  for (const frame of numberedFrames({ stream, frames })) {
    rest = Buffer.concat([rest, frame]);
    for (; rest.length >= wanted; wanted = length()) {
      yield rest.subarray(0, wanted);
      rest = rest.subarray(wanted);
    }
  }
  if (rest.length > 0) yield rest;
}

async function write(response: ServerResponse, all: Iterable<Buffer>): Promise<void> {
  for (const piece of all) {
    if (response.destroyed) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    // A turn of the loop each: otherwise the pieces of many streams would not be mixed.
    if (response.write(piece)) setImmediate(resolve);
    else response.once('drain', resolve).once('close', resolve);
    await promise;
  }
  response.end();
}
