import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerEvents, endEvents, startEvent } from '../../test/support/gateway/fake-upstream.ts';
import { createUsageReader } from './usage-reader.ts';

const stream = 'text/event-stream; charset=utf-8';
const whole = {
  model: 'claude-test',
  isWhole: true,
  usage: { inputTokens: 10, outputTokens: 25, cacheReadTokens: 4, cacheWriteTokens: 3 },
};

describe('what an answer used', () => {
  it('is read the same wherever the chunks are cut, also inside a character', () => {
    const bytes = Buffer.from(answerEvents('ein “usage” – "message_stop" und 🙂'));
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 20 }), (cuts) => {
        const reader = createUsageReader(stream);
        let from = 0;
        for (const cut of [...cuts].sort((a, b) => a - b).concat(bytes.length)) {
          reader.read(bytes.subarray(from, cut));
          from = cut;
        }
        expect(reader.reading()).toMatchObject(whole);
      }),
    );
  });

  it('is read with CRLF, without event lines, and past a line that is too long to keep', () => {
    const read = (text: string): unknown => {
      const reader = createUsageReader(stream);
      reader.read(Buffer.from(text));
      return reader.reading();
    };
    expect(read(answerEvents().replaceAll('\n', '\r\n'))).toMatchObject(whole);
    expect(read(answerEvents().replaceAll(/event: .*\n/g, ''))).toMatchObject(whole);
    const reader = createUsageReader(stream);
    reader.read(Buffer.from(startEvent()));
    for (let count = 0; count < 20; count += 1) reader.read(Buffer.alloc(100_000, 'x'));
    reader.read(Buffer.from(`"usage"\n${endEvents()}`));
    expect(reader.reading()).toMatchObject(whole);
  });

  it('is nothing where an answer says nothing usable', () => {
    const nothing = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
    for (const [type, text, isWhole] of [
      ['application/json', '{"usage":{"input_tokens":-1,"output_tokens":"5"}}', true],
      ['application/json', '<html>', false],
      ['text/html', '<html>', false],
      [stream, '', false],
      [stream, 'data: {"usage":\n\ndata: [1,"usage"]\n\n', false],
    ] as const) {
      const reader = createUsageReader(type);
      reader.read(Buffer.from(text));
      expect(reader.reading()).toMatchObject({ model: null, usage: nothing, isWhole });
    }
  });
});
