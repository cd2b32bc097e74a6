import type { ServerResponse } from 'node:http';
import { expect, it } from 'vitest';
import { AnswerBody } from './answer-body.ts';
import { streamAnswer } from './stream-answer.ts';

it('sends the head with the first bytes that are let go, in one turn and not before them', () => {
  const nothing = (): void => undefined;
  const body = new AnswerBody({ pause: nothing, resume: nothing, abort: nothing });
  const written: string[] = [];
  const response = {
    destroyed: false,
    once: nothing,
    flushHeaders: () => written.push('head alone'),
    write: (piece: Buffer) => written.push(piece.toString()) > 0,
  };
  const stream = streamAnswer(body, response as unknown as ServerResponse, () => written.push('head'));
  void stream.run((piece) => {
    if (piece.toString() === 'content') stream.release();
  });
  body.came(Buffer.from('beginning'));
  expect(written).toEqual([]);
  body.came(Buffer.from('content'));
  body.came(Buffer.from('more'));
  expect(written).toEqual(['head', 'beginning', 'content', 'more']);
});
