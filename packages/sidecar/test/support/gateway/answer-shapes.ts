import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';

/** One way in which a server, or a proxy before it, sends an answer. */
export interface AnswerShape {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** What becomes of the connection after the last byte. */
  readonly end: 'ended' | 'held' | 'cut';
}

type Event = { readonly type: string } & Readonly<Record<string, unknown>>;

const usage = {
  input_tokens: 10,
  cache_read_input_tokens: 4,
  cache_creation_input_tokens: 3,
  output_tokens: 1,
};
const model = 'claude-opus-5-5';
const words = 'Grüße — “two lines”\nand 🙂 an end.';
const eventStream = { 'content-type': 'text/event-stream' };

/** The events of an answer with one text, in two pieces. */
export function textEvents(text = words, stopReason: string | null = 'end_turn'): readonly Event[] {
  const half = text.indexOf(' ') + 1;
  const piece = (part: string): Event => ({
    type: 'content_block_delta',
    index: 0,
    delta: { type: 'text_delta', text: part },
  });
  return [
    {
      type: 'message_start',
      message: {
        ...{ id: `msg_${nextId()}`, type: 'message', role: 'assistant', model, content: [] },
        ...{ stop_reason: null, stop_sequence: null, usage },
      },
    },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'ping' },
    piece(text.slice(0, half)),
    piece(text.slice(half)),
    { type: 'content_block_stop', index: 0 },
    {
      type: 'message_delta',
      delta: { stop_reason: stopReason, stop_sequence: null },
      usage: { output_tokens: 25 },
    },
    { type: 'message_stop' },
  ];
}

let lastId = 0;

function nextId(): number {
  lastId += 1;
  return lastId;
}

/** Events as the Messages API writes them, or as another server does. */
export function written(
  events: readonly Event[],
  { nl = '\n', space = ' ', lines = false }: { nl?: string; space?: string; lines?: boolean } = {},
): string {
  return events
    .map((event) => {
      const data = lines ? JSON.stringify(event, null, 1).split('\n') : [JSON.stringify(event)];
      return `event:${space}${event.type}${nl}${data.map((line) => `data:${space}${line}${nl}`).join('')}${nl}`;
    })
    .join('');
}

const error = (type: string): Event => ({ type: 'error', error: { type, message: 'It went wrong' } });

const plain = (): string => written(textEvents());
const without = (...types: readonly string[]): string =>
  written(textEvents().filter(({ type }) => !types.includes(type)));

function shape(name: string, body: string | Buffer, more: Partial<AnswerShape> = {}): AnswerShape {
  return { name, headers: eventStream, body: Buffer.from(body), end: 'ended', ...more };
}

function compressed(encoding: string, compress: (bytes: Buffer) => Buffer, name = encoding): AnswerShape {
  const headers = { ...eventStream, 'content-encoding': encoding };
  return shape(`compressed with ${name}`, compress(Buffer.from(plain())), { headers });
}

function typed(contentType: string | null): AnswerShape {
  return shape(`content type ${contentType}`, plain(), {
    headers: contentType === null ? {} : { 'content-type': contentType },
  });
}

const twoBlocks = (): readonly Event[] => {
  const [start, open, , first, second, close, ...end] = textEvents();
  const thought = [
    {
      type: 'content_block_start',
      index: 0,
      content_block: { type: 'thinking', thinking: '', signature: '' },
    },
    { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'Let me see.' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'c2ln' } },
    { type: 'content_block_stop', index: 0 },
  ];
  const text = [open, first, second, close].map((event) => ({ ...(event as Event), index: 1 }));
  return [start as Event, ...thought, ...text, ...end];
};

/** Answers that the program takes for whole. */
export function wholeShapes(): readonly AnswerShape[] {
  return [
    shape('plain', plain()),
    compressed('gzip', gzipSync),
    compressed('x-gzip', gzipSync),
    compressed('deflate', deflateSync),
    compressed('deflate', deflateRawSync, 'deflate, without its frame'),
    compressed('br', brotliCompressSync),
    compressed('zstd', zstdCompressSync),
    shape('several data lines', written(textEvents(), { lines: true })),
    shape('CR line ends', written(textEvents(), { nl: '\r' })),
    shape('CRLF line ends', written(textEvents(), { nl: '\r\n' })),
    shape('several data lines with CRLF', written(textEvents(), { nl: '\r\n', lines: true })),
    shape('no space after the colon', written(textEvents(), { space: '' })),
    shape('a mark of UTF-8', `\ufeff${plain()}`),
    shape('comments', `: hi\n\n${plain().replaceAll('\n\n', '\n\n: c\n\n')}`),
    shape('ids and retry times', plain().replaceAll('\ndata:', '\nid: 7\nretry: 100\ndata:')),
    shape('blank lines', `\n\n${plain().replaceAll('\n\n', '\n\n\n\n')}`),
    shape('data before event', plain().replaceAll(/(event: .*)\n(data: .*)\n/g, '$2\n$1\n')),
    shape('no last blank line', plain().trimEnd()),
    shape('no last blank line but a line end', `${plain().trimEnd()}\n`),
    shape('no message_stop', without('message_stop')),
    shape('no message_delta', without('message_delta')),
    shape('no pings', without('ping')),
    typed('text/plain'),
    typed('application/octet-stream'),
    typed('application/json'),
    typed('TEXT/EVENT-STREAM;charset=UTF-8'),
    typed('text/html'),
    typed(null),
    shape('held open', plain(), { end: 'held' }),
    shape('held open, CR line ends', written(textEvents(), { nl: '\r' }), { end: 'held' }),
    shape('held open without its last event', without('message_stop'), { end: 'held' }),
    shape('cut after its end', plain(), { end: 'cut' }),
    shape('cut before its last event', without('message_stop'), { end: 'cut' }),
    shape('bytes after its end', `${plain()}garbage\n\n<html></html>\n\n`),
    shape('a ping after its end', plain() + written([{ type: 'ping' }])),
    shape('an error after its end', plain() + written([error('overloaded_error')])),
    shape('a second message after its end', plain() + written(textEvents('And more text.'))),
    shape('unknown events', written(textEvents().flatMap((event) => [event, { type: 'future', x: 1 }]))),
    shape('a thought and a text', written(twoBlocks())),
    shape('several data lines, a thought and a text', written(twoBlocks(), { lines: true })),
    shape('a length that is announced', plain(), { headers: { ...eventStream, 'content-length': '' } }),
    ...['stop_sequence', 'pause_turn', 'strange_reason', 'compaction', null].map((reason) =>
      shape(`stop reason ${reason}`, written(textEvents(words, reason))),
    ),
    shape('a long text', written(textEvents(`A ${'long text. '.repeat(8_000)}`))),
  ];
}

/** Answers that break off after some of their text. */
export function brokenShapes(): readonly AnswerShape[] {
  const upTo = (count: number): string => written(textEvents().slice(0, count));
  const kinds: readonly AnswerShape[] = [
    shape('an error', upTo(5) + written([error('overloaded_error')])),
    shape('an error of another kind', upTo(5) + written([error('api_error')])),
    shape('an error after the block', upTo(6) + written([error('overloaded_error')])),
    shape('an error with CR line ends', (upTo(5) + written([error('api_error')])).replaceAll('\n', '\r')),
    shape('no end', upTo(5)),
    shape('no end after the block', upTo(6)),
    shape('no blank line after why it stopped', without('message_stop').trimEnd()),
    shape('half an event', upTo(6).slice(0, -30)),
    shape('garbage', `${upTo(5)}\u0000\u0001<html>`),
    shape('a cut connection', upTo(5), { end: 'cut' }),
    shape('a cut connection after the block', upTo(6), { end: 'cut' }),
    shape('a cut connection in an event', `${upTo(5)}event: content_block_st`, { end: 'cut' }),
  ];
  return kinds.map((each) => ({ ...each, name: `broken off by ${each.name}` }));
}

/** How the bytes of a body reach the reader. */
export type Delivery = 'in one piece' | 'event by event' | 'slowly' | { readonly bytesOfEvent: number };

/** The pieces of a body, and how long to wait before each. */
export function piecesOf(
  body: Buffer,
  delivery: Delivery,
): readonly { readonly bytes: Buffer; readonly waitMs: number }[] {
  if (delivery === 'in one piece') return [{ bytes: body, waitMs: 0 }];
  const events = splitEvents(body);
  if (typeof delivery === 'string') {
    return events.map((bytes) => ({ bytes, waitMs: delivery === 'slowly' ? 12 : 0 }));
  }
  return events.flatMap((bytes, at) =>
    at === delivery.bytesOfEvent % events.length
      ? [...bytes.subarray(0, 400)].map((byte, index) =>
          index === 399
            ? { bytes: bytes.subarray(399), waitMs: 0 }
            : { bytes: Buffer.from([byte]), waitMs: 0 },
        )
      : [{ bytes, waitMs: 0 }],
  );
}

/** After each blank line; a compressed body in eighths. */
function splitEvents(body: Buffer): readonly Buffer[] {
  const text = body.toString('latin1');
  const parts = text.split(/(?<=\n\n|\r\n\r\n|\r\r)/);
  if (parts.length > 1) return parts.map((part) => Buffer.from(part, 'latin1'));
  const size = Math.ceil(body.length / 8);
  return Array.from({ length: Math.ceil(body.length / size) }, (_, at) =>
    body.subarray(at * size, (at + 1) * size),
  );
}
