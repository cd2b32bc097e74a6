import type { TokenUsage } from '@postern/contract';
import { type BilledReading, nothingSaid, withUsage } from './billed-usage.ts';

/** What one answer of the Messages API says about itself. */
export interface AnswerReading {
  readonly model: string | null;
  readonly usage: TokenUsage;
  /** The same as it is charged for; null in it where nothing was said. */
  readonly billed: BilledReading;
  /** It said `error` before it began: nothing was made. */
  readonly isRefused: boolean;
  /** False where the answer ended before its end, said `error` in the stream, or is no answer of the Messages API at all. */
  readonly isWhole: boolean;
}

/** Reads an answer as it passes; holds no more than a line of it (an unstreamed answer: at most 4 MiB). */
export interface UsageReader {
  read(chunk: Buffer): void;
  reading(): AnswerReading;
}

const longestLine = 1024 * 1024;
const longestBody = 4 * 1024 * 1024;

/** Inside a text of the model these words have escaped quotes: only the events of interest have them plain. */
const ofInterest = /"(?:usage|message_stop|error)"/;

const noUsage: TokenUsage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };

/** @param contentType of the answer: an event stream, or anything else as one JSON document */
export function createUsageReader(contentType: string | null): UsageReader {
  return /^text\/event-stream\b/i.test(contentType ?? '') ? readEvents() : readDocument();
}

function readEvents(): UsageReader {
  let rest = '';
  let isSkipping = false;
  let model: string | null = null;
  let billed = nothingSaid;
  let isEnded = false;
  let hasError = false;

  function readLine(line: string): void {
    if (!line.startsWith('data:') || !ofInterest.test(line)) return;
    const event = fieldsOf(parsed(line.slice(5)));
    if (event['type'] === 'message_stop') isEnded = true;
    if (event['type'] === 'error') hasError = true;
    if (event['type'] === 'message_start') {
      const message = fieldsOf(event['message']);
      model = textOf(message['model']);
      billed = withUsage(billed, message['usage']);
    }
    if (event['type'] === 'message_delta') billed = withUsage(billed, event['usage']);
  }

  return {
    read(chunk) {
      // Latin-1 keeps bytes apart where a character is split; what is read here is ASCII.
      const text = rest + chunk.toString('latin1');
      let from = 0;
      // Most pieces of an answer have nothing to say here, and are not taken apart.
      if (!isSkipping && !ofInterest.test(text)) from = text.lastIndexOf('\n') + 1;
      for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', from)) {
        if (!isSkipping) readLine(text.slice(from, end));
        isSkipping = false;
        from = end + 1;
      }
      rest = isSkipping ? '' : text.slice(from);
      if (rest.length > longestLine) {
        rest = '';
        isSkipping = true;
      }
    },
    reading: () => ({
      model,
      usage: tokensOf(billed),
      billed,
      isRefused: hasError && billed.usage === null,
      isWhole: isEnded && !hasError,
    }),
  };
}

function readDocument(): UsageReader {
  const chunks: Buffer[] = [];
  let length = 0;
  return {
    read(chunk) {
      length += chunk.length;
      if (length > longestBody) chunks.length = 0;
      else chunks.push(chunk);
    },
    reading() {
      if (length > longestBody)
        return { model: null, usage: noUsage, billed: nothingSaid, isRefused: false, isWhole: true };
      const document = parsed(Buffer.concat(chunks).toString());
      const { type, model, usage } = fieldsOf(document);
      const billed = withUsage(nothingSaid, usage);
      return {
        model: textOf(model),
        usage: tokensOf(billed),
        billed,
        isRefused: type === 'error',
        isWhole: document !== undefined,
      };
    },
  };
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

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
