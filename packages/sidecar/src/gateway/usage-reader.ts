import type { TokenUsage } from '@postern/contract';
import { addBilled, type BilledReading, nothingSaid, withUsage } from '../ledger/index.ts';
import { type HeaderRecord, headerValue } from '../selection/index.ts';
import { createAnswerDecoder } from './answer-decoder.ts';
import { EventStreamReader, type StreamEvent } from './event-stream-reader.ts';

/** The service's own word for a failure inside an answer. */
export interface AnswerError {
  readonly type: string | null;
  readonly message: string | null;
  /** Where its event begins, in bytes of the decoded answer. */
  readonly offset: number;
}

/**
 * How far an answer has come: `nothing` of it that the user could see; `content` (a text, a thought or a tool has begun); `stopped` (the model
 * said why it stopped); `ended` (its last event, or all of a document). The program takes one that is stopped for whole.
 */
export type AnswerProgress = 'nothing' | 'content' | 'stopped' | 'ended';

/** What one answer of the Messages API says about itself, as far as it has come. */
export interface AnswerReading {
  readonly model: string | null;
  readonly usage: TokenUsage;
  /** The same as it is charged for; null in it where nothing was said. */
  readonly billed: BilledReading;
  readonly progress: AnswerProgress;
  /** The first error event before it was stopped. */
  readonly error: AnswerError | null;
  readonly messageId: string | null;
  /** Pieces of content (`content_block_delta`) of that message. */
  readonly deltas: number;
  /** That have come, decoded. */
  readonly bytes: number;
}

/** Reads an answer as it passes; holds no more than an event of it (an unstreamed answer: at most 4 MiB). */
export interface UsageReader {
  read(chunk: Buffer): void;
  /** Settles when everything that was read is in the reading. */
  end(): Promise<void>;
  reading(): AnswerReading;
  /** What of the reading decides how the answer is passed on; cheap enough to be asked for with every piece. */
  standing(): AnswerStanding;
}

/** How far an answer has come, and whether it failed. */
export type AnswerStanding = Pick<AnswerReading, 'progress' | 'error'>;

const longestBody = 4 * 1024 * 1024;

const noUsage: TokenUsage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
const noReading: AnswerReading = {
  model: null,
  usage: noUsage,
  billed: nothingSaid,
  progress: 'nothing',
  error: null,
  messageId: null,
  deltas: 0,
  bytes: 0,
};

/** What reads the text of an answer, in Latin-1. */
interface TextReader {
  /** How many bytes of a piece need not be read: they change nothing of the standing, and count all the same. */
  skim(piece: Buffer): number;
  read(text: string): void;
  reading(): AnswerReading;
  standing(): AnswerStanding;
}

/**
 * Reads what the program will read: judged by the body, whatever its content type, its line ends or a compression that was not asked for.
 * @param onChange runs after something was read that may have come later than `read` returned
 */
export function createUsageReader(
  headers: HeaderRecord,
  onChange: () => void = () => undefined,
): UsageReader {
  let reader: TextReader | null = null;
  let beginning = '';
  let bytes = 0;
  const decoder = createAnswerDecoder(headerValue(headers, 'content-encoding'), (piece) => {
    bytes += piece.length;
    if (reader === null) {
      beginning += piece.toString('latin1');
      if (/^[\s\u00ef\u00bb\u00bf]*$/.test(beginning)) return;
      reader = /^[\s\u00ef\u00bb\u00bf]*\{/.test(beginning) ? new DocumentReader() : new EventsReader();
      reader.read(beginning);
    } else {
      const from = reader.skim(piece);
      if (from === piece.length) return;
      reader.read(piece.toString('latin1', from));
    }
    onChange();
  });
  return {
    read: (chunk) => decoder.write(chunk),
    end: () => decoder.end(),
    reading: () => ({ ...(reader?.reading() ?? noReading), bytes }),
    standing: () => reader?.standing() ?? noReading,
  };
}

/** How the service writes the events that most of an answer is. */
const deltaHead = Buffer.from('event: content_block_delta\ndata: ');

const withData = new Set(['', 'message_start', 'message_delta', 'error']);

class EventsReader implements TextReader {
  readonly #events = new EventStreamReader(
    (event) => this.#note(event),
    (name) => withData.has(name),
  );
  #model: string | null = null;
  #messageId: string | null = null;
  #billed = nothingSaid;
  #progress: AnswerProgress = 'nothing';
  #error: AnswerError | null = null;
  #deltas = 0;
  /** Of the messages before this one: a stream may hold two. */
  #before = nothingSaid;

  skim(piece: Buffer): number {
    if (this.#progress !== 'content') return 0;
    const { events, bytes } = this.#events.skim(piece, deltaHead);
    this.#deltas += events;
    return bytes;
  }

  read(text: string): void {
    this.#events.read(text);
  }

  reading(): AnswerReading {
    const billed = addBilled(this.#before, this.#billed);
    return {
      model: this.#model,
      usage: tokensOf(billed),
      billed,
      progress: this.#progress,
      error: this.#error,
      messageId: this.#messageId,
      deltas: this.#deltas,
      bytes: 0,
    };
  }

  standing(): AnswerStanding {
    return { progress: this.#progress, error: this.#error };
  }

  #note(event: StreamEvent): void {
    const fields = event.data === '' ? noFields : fieldsOf(parsed(event.data));
    switch (event.name === '' ? fields['type'] : event.name) {
      case 'message_start':
        this.#start(fieldsOf(fields['message']));
        break;
      case 'content_block_start':
        this.#advance('content');
        break;
      case 'content_block_delta':
        this.#advance('content');
        this.#deltas += 1;
        break;
      case 'message_delta':
        this.#billed = withUsage(this.#billed, fields['usage']);
        if (typeof fieldsOf(fields['delta'])['stop_reason'] === 'string') this.#advance('stopped');
        break;
      case 'message_stop':
        this.#advance('ended');
        break;
      case 'error':
        this.#fail(fieldsOf(fields['error']), event.offset);
        break;
      default:
    }
  }

  #start(message: Fields): void {
    this.#before = addBilled(this.#before, this.#billed);
    this.#billed = withUsage(nothingSaid, message['usage']);
    this.#model = textOf(message['model']);
    this.#messageId = textOf(message['id']);
    this.#progress = 'nothing';
    this.#deltas = 0;
  }

  #advance(to: AnswerProgress): void {
    if (order.indexOf(to) > order.indexOf(this.#progress)) this.#progress = to;
  }

  #fail(error: Fields, offset: number): void {
    if (this.#error !== null || isWhole({ progress: this.#progress })) return;
    const { type, message } = error;
    this.#error = { type: textOf(type), message: textOf(message), offset };
  }
}

const order: readonly AnswerProgress[] = ['nothing', 'content', 'stopped', 'ended'];
const noFields: Fields = {};

/** Whether it said `error` before it began: nothing was made, and nothing is charged. */
export function isRefused({ billed, error }: AnswerReading): boolean {
  return error !== null && billed.usage === null;
}

/** Whether the program takes it for a whole answer: it knows why the model stopped, or that it did. */
export function isWhole({ progress }: Pick<AnswerReading, 'progress'>): boolean {
  return progress === 'stopped' || progress === 'ended';
}

class DocumentReader implements TextReader {
  #text = '';
  #length = 0;

  skim(): number {
    return 0;
  }

  read(text: string): void {
    this.#length += text.length;
    this.#text = this.#length > longestBody ? '' : this.#text + text;
  }

  standing(): AnswerStanding {
    return this.reading();
  }

  reading(): AnswerReading {
    // What a document is shows at its end; until then it is on its way.
    if (this.#length > longestBody) return { ...noReading, progress: 'ended' };
    const document = /\}\s*$/.test(this.#text)
      ? parsed(Buffer.from(this.#text, 'latin1').toString())
      : undefined;
    if (document === undefined) return { ...noReading, progress: 'content' };
    const fields = fieldsOf(document);
    const { type, message } = fieldsOf(fields['error']);
    if (fields['type'] === 'error')
      return { ...noReading, error: { type: textOf(type), message: textOf(message), offset: 0 } };
    const billed = withUsage(nothingSaid, fields['usage']);
    const model = textOf(fields['model']);
    return { ...noReading, model, billed, usage: tokensOf(billed), progress: 'ended' };
  }
}

function tokensOf({ usage }: BilledReading): TokenUsage {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = usage ?? noUsage;
  return { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
