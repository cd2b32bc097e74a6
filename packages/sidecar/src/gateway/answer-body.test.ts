import { expect, it } from 'vitest';
import { AnswerBody } from './answer-body.ts';

function open() {
  const asked: string[] = [];
  const body: AnswerBody = new AnswerBody({
    pause: () => void asked.push('pause'),
    resume: () => void asked.push('resume'),
    abort() {
      asked.push('abort');
      body.failed();
    },
  });
  const seen: string[] = [];
  const reader = {
    data: (piece: Buffer) => void seen.push(piece.length > 100 ? `${piece.length}` : piece.toString()),
    end: () => void seen.push('end'),
    fail: () => void seen.push('fail'),
  };
  return { asked, body, seen, reader, came: (text: string) => body.came(Buffer.from(text)) };
}

it('keeps what comes without a reader, and gives it out in its order, the end last and once', () => {
  const { body, seen, reader, came } = open();
  came('a');
  came('b');
  body.ended();
  body.failed();
  body.read(reader);
  expect(seen).toEqual(['a', 'b', 'end']);
  body.read(reader);
  expect(seen).toEqual(['a', 'b', 'end', 'end']);
});

it('begins again with what a reader put back', () => {
  const { body, seen, reader, came } = open();
  body.read({ ...reader, data: (piece) => body.stop(piece) });
  came('a');
  came('b');
  body.failed();
  expect(seen).toEqual([]);
  body.read(reader);
  expect(seen).toEqual(['a', 'b', 'fail']);
});

it('holds its sender back while its reader reads no faster', () => {
  const { asked, body, seen, reader, came } = open();
  body.read(reader);
  body.pause();
  expect(body.isPaused).toBe(true);
  came('x'.repeat(64 * 1024));
  expect(asked).toEqual([]);
  came('a');
  came('b');
  expect([asked, seen]).toEqual([['pause'], []]);
  body.resume();
  expect([asked, seen]).toEqual([
    ['pause', 'resume'],
    ['65536', 'a', 'b'],
  ]);
});

it('gives out one piece after the other, also where a reader pauses, resumes or is sent more in between', () => {
  const { body, seen, reader, came } = open();
  came('a');
  came('b');
  body.read({
    ...reader,
    data(piece) {
      reader.data(piece);
      body.pause();
      if (piece.toString() === 'a') came('c');
      body.resume();
      seen.push('.');
    },
  });
  body.ended();
  expect(seen).toEqual(['a', '.', 'b', '.', 'c', '.', 'end']);
});

it('closes the connection of what is not wanted, and not of what has ended', () => {
  const destroyed = open();
  destroyed.body.read(destroyed.reader);
  destroyed.body.pause();
  destroyed.came('a');
  destroyed.body.destroy();
  destroyed.came('b');
  expect([destroyed.asked, destroyed.seen]).toEqual([['abort'], ['fail']]);
  const ended = open();
  ended.body.read(ended.reader);
  ended.body.ended();
  ended.body.destroy();
  expect([ended.asked, ended.seen]).toEqual([[], ['end']]);
});

it('is a stream for those who want one', async () => {
  const whole = open();
  whole.came('a');
  const stream = whole.body.stream();
  setImmediate(() => {
    whole.came('b');
    whole.body.ended();
  });
  expect(Buffer.concat(await stream.toArray()).toString()).toBe('ab');
  const broken = open();
  const other = broken.body.stream();
  setImmediate(() => broken.body.failed());
  await expect(other.toArray()).rejects.toThrow('broke off');
});
