import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { answerEvents, startEvent } from '../../test/support/gateway/fake-upstream.ts';
import { type AnswerShape, isServiceRefusal, type Recognition, recognizeAnswer } from './service-answer.ts';

const page = '<!DOCTYPE html><html><title>Sign in to the network</title></html>';
const message = '{"type":"message","model":"claude-test","content":[],"usage":{}}';

function recognized(
  shape: AnswerShape,
  body: string | Buffer,
  { isWhole = true, encoding }: { isWhole?: boolean; encoding?: string } = {},
): Recognition {
  const headers = encoding === undefined ? {} : { 'content-encoding': encoding };
  return recognizeAnswer({ shape, headers, bytes: Buffer.from(body), isWhole });
}

describe('an answer is the service’s own', () => {
  it.each<[string, AnswerShape, string]>([
    ['a stream', 'message', answerEvents()],
    ['a stream with CR LF', 'message', answerEvents().replaceAll('\n', '\r\n')],
    ['a stream with CR', 'message', answerEvents().replaceAll('\n', '\r')],
    ['data lines only', 'message', answerEvents().replaceAll(/^event: .*\n/gm, '')],
    ['an event on two data lines', 'message', 'data: {"type":\ndata: "message_start"}\n\n'],
    [
      'a comment, a ping and white space first',
      'message',
      '\uFEFF\n: hello\n\nevent: ping\ndata: {"type":"ping"}\n\n',
    ],
    [
      'an error in the stream',
      'message',
      'event: error\ndata: {"type":"error","error":{"type":"overloaded_error"}}\n\n',
    ],
    ['one document', 'message', message],
    ['an error document', 'message', '{"type":"error","error":{"type":"overloaded_error","message":"x"}}'],
    ['a count', 'token_count', '{"input_tokens":3}'],
    ['a list of models', 'model_list', '{"data":[],"has_more":false}\n'],
  ])('where it is %s', (_, shape, body) => {
    expect(recognized(shape, body)).toBe('service');
  });

  it.each<[string, AnswerShape, string]>([
    ['a page', 'message', page],
    ['a page after white space', 'model_list', `\r\n\r\n  ${page}`],
    ['a page, asked for a count', 'token_count', page],
    ['plain text', 'message', 'OK'],
    ['text that begins like a field', 'message', 'events are held here\n'],
    ['nothing at all', 'message', ''],
    ['another document', 'message', '{"login":"http://portal.example/"}'],
    ['a message where models were asked for', 'model_list', message],
    ['an error document where models were asked for', 'model_list', '{"type":"error","error":{"type":"x"}}'],
    ['a list where models were asked for', 'model_list', '[]'],
    ['an empty document', 'message', '{}'],
    ['the stream of another API', 'message', 'data: {"object":"chat.completion.chunk"}\n\n'],
    ['a stream of no events', 'message', 'data: [DONE]\n\n'],
    ['a stream where models were asked for', 'model_list', answerEvents()],
  ])('and not where it is %s', (_, shape, body) => {
    expect(recognized(shape, body)).toBe('foreign');
  });

  it.each<[string, (bytes: string) => Buffer]>([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
  ])('whatever %s makes of it, which was not asked for', (encoding, compress) => {
    expect(recognized('message', compress(answerEvents()), { encoding })).toBe('service');
    expect(recognized('message', compress(page), { encoding })).toBe('foreign');
    const half = compress(answerEvents('x'.repeat(100))).subarray(0, 12);
    expect(recognized('message', half, { encoding, isWhole: false })).not.toBe('service');
    expect(recognized('message', 'no such thing', { encoding })).toBe('foreign');
  });

  it('is known from its beginning at any length: never wrongly, and once known, for good', () => {
    for (const [body, verdict] of [
      [answerEvents(), 'service'],
      [answerEvents().replaceAll('\n', '\r\n'), 'service'],
      [message, 'service'],
      [page, 'foreign'],
    ] as const) {
      let known = false;
      for (let length = 0; length <= body.length; length += 1) {
        const found = recognized('message', body.slice(0, length), { isWhole: false });
        if (found !== 'undecided') known = true;
        expect(found, body.slice(0, length)).toBe(known ? verdict : 'undecided');
      }
      expect(known).toBe(true);
    }
    expect(recognized('message', startEvent().trimEnd(), { isWhole: false })).toBe('undecided');
  });

  it('is not waited for without end', () => {
    const long = 'x'.repeat(2 * 1024 * 1024);
    expect(recognized('message', `{"a":"${long}`, { isWhole: false })).toBe('foreign');
    expect(recognized('message', `{"type":"message","content":"${long}`, { isWhole: false })).toBe('service');
    expect(recognized('message', `data: ${long}`, { isWhole: false })).toBe('foreign');
  });
});

describe('a refusal is the service’s own', () => {
  const vendor = '{"type":"error","error":{"type":"authentication_error","message":"no"}}';
  it.each<[number, string, Readonly<Record<string, string>>, boolean]>([
    [401, vendor, {}, true],
    [401, '', {}, true],
    [403, '{"error":"insufficient_scope"}', {}, true],
    [401, 'no', { 'www-authenticate': 'Bearer error="invalid_token"' }, true],
    [500, page, {}, true],
    [429, 'slow down', {}, true],
    [408, page, {}, true],
    [401, page, {}, false],
    [401, 'no', { 'www-authenticate': 'Basic realm="proxy"' }, false],
    [403, page, {}, false],
    [402, page, {}, false],
    [404, 'not found', {}, false],
    [403, '{"message":"Forbidden"}', {}, false],
    [407, '', {}, false],
    [511, '', {}, false],
    [302, '', { location: 'http://portal.example/' }, false],
  ])('%i %s %j: %s', (status, body, headers, expected) => {
    expect(isServiceRefusal(status, headers, body)).toBe(expected);
  });
});
