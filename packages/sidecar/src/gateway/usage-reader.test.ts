import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerEvents, endEvents, sse, startEvent } from '../../test/support/gateway/fake-upstream.ts';
import { createUsageReader } from './usage-reader.ts';

const whole = {
  model: 'claude-sonnet-5-5-20260801',
  progress: 'ended',
  error: null,
  messageId: 'm',
  deltas: 1,
  usage: { inputTokens: 10, outputTokens: 25, cacheReadTokens: 4, cacheWriteTokens: 3 },
};

describe('what an answer used', () => {
  it('is read the same wherever the chunks are cut, also inside a character', () => {
    const bytes = Buffer.from(answerEvents('ein “usage” – "message_stop" und 🙂'));
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 20 }), (cuts) => {
        const reader = createUsageReader({});
        let from = 0;
        for (const cut of [...cuts].sort((a, b) => a - b).concat(bytes.length)) {
          reader.read(bytes.subarray(from, cut));
          from = cut;
        }
        expect(reader.reading()).toMatchObject(whole);
      }),
    );
  });

  it('is read the same where most of it is passed over: pieces of content that stand whole in a chunk', () => {
    const pieces = ['one', 'two', '\n\n', 'ünf'].map((text) =>
      sse({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } }),
    );
    const failure = sse({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } });
    const odd = [
      'event: content_block_delta\r\ndata: {}\r\n\r\n',
      'event: content_block_delta\ndata: {}\ndata: {}\n\n',
      'event: content_block_delta\ndata: {}\nid: 1\n\n',
      'event: content_block_delta\ndata: \n\n',
      ': a comment\n\n',
    ];
    const chunks = [startEvent(), ...pieces, ...odd, pieces.join(''), pieces.join('') + failure];
    const read = (each: readonly Buffer[]): unknown => {
      const reader = createUsageReader({});
      for (const chunk of each) reader.read(chunk);
      return reader.reading();
    };
    const whole = Buffer.from(chunks.join(''));
    const bytes = Array.from(whole, (_, at) => whole.subarray(at, at + 1));
    const expected = { deltas: 16, bytes: whole.length, progress: 'content' };
    expect(read(bytes)).toMatchObject(expected);
    expect(read(chunks.map((each) => Buffer.from(each)))).toEqual(read(bytes));
    expect(read([whole])).toEqual(read(bytes));
  });

  it('is read with CRLF, without event lines, and past a line that is too long to keep', () => {
    const read = (text: string): unknown => {
      const reader = createUsageReader({});
      reader.read(Buffer.from(text));
      return reader.reading();
    };
    expect(read(answerEvents().replaceAll('\n', '\r\n'))).toMatchObject(whole);
    expect(read(answerEvents().replaceAll(/event: .*\n/g, ''))).toMatchObject(whole);
    const reader = createUsageReader({});
    reader.read(Buffer.from(startEvent()));
    for (let count = 0; count < 20; count += 1) reader.read(Buffer.alloc(100_000, 'x'));
    reader.read(Buffer.from(`"usage"\n${endEvents()}`));
    expect(reader.reading()).toMatchObject({ ...whole, deltas: 0 });
  });

  it('is nothing where an answer says nothing usable', async () => {
    const nothing = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
    for (const [text, progress] of [
      ['{"usage":{"input_tokens":-1,"output_tokens":"5"}}', 'ended'],
      ['<html>', 'nothing'],
      ['', 'nothing'],
      ['data: {"usage":\n\ndata: [1,"usage"]\n\n', 'nothing'],
    ] as const) {
      const reader = createUsageReader({});
      reader.read(Buffer.from(text));
      await reader.end();
      expect(reader.reading()).toMatchObject({ model: null, usage: nothing, progress });
    }
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
  ] as const)('is read through %s that nobody asked for', async (encoding, compress) => {
    const reader = createUsageReader({ 'content-encoding': encoding });
    const bytes = compress(Buffer.from(answerEvents()));
    reader.read(bytes.subarray(0, 20));
    reader.read(bytes.subarray(20));
    await reader.end();
    expect(reader.reading()).toMatchObject(whole);
  });

  it('is nothing more where what is compressed is damaged', async () => {
    const reader = createUsageReader({ 'content-encoding': 'gzip' });
    reader.read(Buffer.from('no gzip at all'));
    await reader.end();
    expect(reader.reading()).toMatchObject({ progress: 'nothing' });
  });

  it.each([
    ['CR line ends', (text: string) => text.replaceAll('\n', '\r')],
    ['several data lines', (text: string) => text.replaceAll(/,"/g, ',\ndata: "')],
    ['a mark of UTF-8 before it', (text: string) => `\ufeff${text}`],
    ['comments and bytes after its end', (text: string) => `: hi\n\n${text}<html>\n\n`],
  ])('is read with %s', async (_name, change) => {
    const bytes = Buffer.from(change(answerEvents()));
    for (const size of [bytes.length, 1, 7]) {
      const reader = createUsageReader({});
      for (let at = 0; at < bytes.length; at += size) reader.read(bytes.subarray(at, at + size));
      await reader.end();
      expect(reader.reading()).toMatchObject(whole);
    }
  });

  it('is what the program takes for whole where the blank line after the last event is missing', () => {
    const reader = createUsageReader({});
    reader.read(Buffer.from(answerEvents().trimEnd()));
    expect(reader.reading()).toMatchObject({ ...whole, progress: 'stopped' });
  });

  it('counts two messages of one stream, and knows an error and where it begins', async () => {
    const two = createUsageReader({});
    two.read(Buffer.from(answerEvents() + answerEvents()));
    expect(two.reading().usage).toMatchObject({ inputTokens: 20, outputTokens: 50 });

    const error = sse({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } });
    const broken = createUsageReader({});
    broken.read(Buffer.from(startEvent() + error));
    expect(broken.reading()).toMatchObject({
      progress: 'nothing',
      error: { type: 'overloaded_error', message: 'Overloaded', offset: startEvent().length },
    });
    const late = createUsageReader({});
    late.read(Buffer.from(answerEvents() + error));
    expect(late.reading()).toMatchObject({ progress: 'ended', error: null });
  });
});
