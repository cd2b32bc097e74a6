import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { lastingOutput } from './lasting-output.ts';

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

it('takes the failure of a write as the loss of that write', () => {
  const stream = new PassThrough();
  const output = lastingOutput(stream, () => undefined);
  // Node's own standard error stays open after it failed: the disk may be freed.
  stream.emit('error', Object.assign(new Error('full'), { code: 'ENOSPC' }));
  output.write('kept\n');
  expect(String(stream.read())).toBe('kept\n');
});

it('is quiet where its stream has ended for good', async () => {
  const stream = new PassThrough();
  const output = lastingOutput(stream, () => undefined);
  stream.destroy(Object.assign(new Error('gone'), { code: 'EPIPE' }));
  await nextTurn();
  output.write('into nothing\n');
  await nextTurn();
});

it('keeps a bounded part of what nobody reads, and says afterwards how much it dropped', async () => {
  const stream = new PassThrough();
  const caughtUp: number[] = [];
  const line = `${'x'.repeat(1023)}\n`;
  const output = lastingOutput(stream, (dropped) => caughtUp.push(dropped));
  for (let count = 0; count < 10_000; count += 1) output.write(line);
  expect(stream.writableLength).toBeLessThan(1.1 * 1024 * 1024);
  const read = text(stream);
  await new Promise((resolve) => stream.once('drain', resolve));
  stream.end();
  const lines = (await read).length / line.length;
  expect(lines).toBeGreaterThan(1000);
  expect(caughtUp).toEqual([10_000 - lines]);
});
