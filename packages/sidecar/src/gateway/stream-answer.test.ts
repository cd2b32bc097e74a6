import type { ServerResponse } from 'node:http';
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
