import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, it } from 'vitest';
import { AnswerBody } from './answer-body.ts';
import { streamAnswer } from './stream-answer.ts';

/** A response that notes what is asked of it. */
function open() {
  const nothing = (): void => undefined;
  const body = new AnswerBody({ pause: nothing, resume: nothing, abort: nothing });
  const written: string[] = [];
  const note = (word: string) => (): void => void written.push(word);
  const response = {
    destroyed: false,
    once: nothing,
    flushHeaders: note('head alone'),
    writableCorked: 1,
    cork: note('cork'),
    uncork: note('uncork'),
    end: note('end'),
    destroy: nothing,
    write: (piece: Buffer) => written.push(piece.toString()) > 0,
  };
  const stream = streamAnswer(body, response as unknown as ServerResponse, note('head'));
  return { stream, written, body, came: (text: string) => body.came(Buffer.from(text)) };
}

it('sends the head with the first bytes that are let go, in one turn and not before them', () => {
  const { stream, written, came } = open();
  void stream.run((piece) => {
    if (piece.toString() === 'content') stream.release();
  });
  came('beginning');
  expect(written).toEqual([]);
  came('content');
  came('more');
  expect(written).toEqual(['head', 'beginning', 'content', 'more']);
});

it('sends what came last with the end, and without one where there is none', async () => {
  for (const isWhole of [true, false]) {
    const { stream, written, body, came } = open();
    stream.release();
    const ended = stream.run(() => undefined);
    came('last');
    body.ended();
    expect(await ended).toBe('complete');
    if (isWhole) stream.finish();
    else void stream.hold(0);
    expect(written.slice(1)).toEqual(['head alone', 'last', 'cork', isWhole ? 'end' : 'uncork']);
  }
});

it('holds nothing back of an answer of which nothing was let go', async () => {
  const { stream, written, body, came } = open();
  const ended = stream.run(() => undefined);
  came('all');
  body.ended();
  await ended;
  expect(written).toEqual([]);
});

it.each(['ended', 'failed'] as const)(
  'ends the wait of a program for the rest of a line end where the body %s after half of one, on a real connection',
  async (how) => {
    const server = createServer((_request, response) => {
      const body = new AnswerBody({
        pause: () => undefined,
        resume: () => undefined,
        abort: () => undefined,
      });
      const stream = streamAnswer(body, response, () => response.writeHead(200));
      void stream.run(() => undefined).then(() => stream.hold(500));
      stream.release();
      body.came(Buffer.from('data: x\r'));
      body[how]();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    let text = '';
    const read = (async () => {
      for await (const piece of socket) {
        text += String(piece);
        if (text.includes('\r\n:\r\n')) return;
      }
    })();
    await read.catch(() => undefined);
    socket.destroy();
    server.close();
    expect(text).toMatch(/data: x\r\r\n1\r\n:\r\n$/);
  },
);
