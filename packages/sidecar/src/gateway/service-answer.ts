import { brotliDecompressSync, constants, inflateRawSync, unzipSync, zstdDecompressSync } from 'node:zlib';
import { type HeaderRecord, headerValue } from '../selection/index.ts';
import { isZlib } from './answer-decoder.ts';

/** What was asked for; each has a shape of its own. */
export type AnswerShape = 'message' | 'token_count' | 'model_list' | 'model';

/** Whether an answer is the service's own, as far as its beginning shows: `undecided` needs more of it. */
export type Recognition = 'service' | 'foreign' | 'undecided';

/** The beginning of a successful answer. */
export interface AnswerBeginning {
  readonly shape: AnswerShape;
  readonly headers: HeaderRecord;
  readonly bytes: Buffer;
  /** True where nothing follows and the connection did not break off. */
  readonly isWhole: boolean;
}

/** A first event or a document's `type` comes long before this; what does not show itself by then is something else. */
const longestBeginning = 1024 * 1024;

/** Source: the Messages API's streaming events, platform.claude.com/docs/en/build-with-claude/streaming, November 2026. */
const firstEvents = new Set(['message_start', 'ping', 'error']);

/**
 * Whether a 2xx is an answer of the service. A captive portal and a company's proxy answer 200 with a page of their own, and nothing may
 * follow from that: no credential works because of it, and no turn is done. Judged by the body, as the program does it: whatever the content type,
 * the line ends, or a compression that was not asked for. Pure.
 */
export function recognizeAnswer({ shape, headers, bytes, isWhole }: AnswerBeginning): Recognition {
  const text = decoded(bytes, headerValue(headers, 'content-encoding'));
  if (text === null) return 'foreign';
  const recognition = text.startsWith('{') ? recognizeDocument(shape, text) : recognizeEvents(shape, text);
  if (recognition !== 'undecided') return recognition;
  if (text.length >= longestBeginning) return 'foreign';
  return isWhole && text === '' ? 'foreign' : 'undecided';
}

/**
 * Whether a refusal is the service's own: one of its two JSON bodies, a bearer challenge, or nothing but a status. A gateway's 5xx, 408 and
 * 429 mean the same from any sender, and blame no one; a redirect is never the service's. Pure.
 * Source: platform.claude.com/docs/en/api/errors; RFC 6750, section 3; RFC 6585, section 6, for 511.
 */
export function isServiceRefusal(status: number, headers: HeaderRecord, body: string): boolean {
  if (status === 511 || status === 407 || status < 400) return false;
  if (status >= 500 || status === 408 || status === 429) return true;
  if (body.trim() === '') return true;
  if (/^bearer\b/i.test(headerValue(headers, 'www-authenticate') ?? '')) return true;
  const { error } = fieldsOf(parsed(body));
  return typeof error === 'string' || typeof fieldsOf(error)['type'] === 'string';
}

/**
 * Whether an answer to a question after the list of models, with a credential or without, shows that the service is there: the list, or
 * an error in the service's own form. Stricter than `isServiceRefusal`: a page that only refuses may come from anywhere. Pure.
 */
export function showsService(status: number, headers: HeaderRecord, bytes: Buffer): boolean {
  if (status >= 200 && status < 300)
    return recognizeAnswer({ shape: 'model_list', headers, bytes, isWhole: true }) === 'service';
  const { type, error } = fieldsOf(parsed(decoded(bytes, headerValue(headers, 'content-encoding')) ?? ''));
  return type === 'error' && typeof fieldsOf(error)['type'] === 'string';
}

/** The content type for a log: its first word, if it is one. */
export function kindOfContent(headers: HeaderRecord): string {
  return (
    /^[a-z]+\/[a-z0-9.+-]{1,60}/i.exec(headerValue(headers, 'content-type') ?? '')?.[0] ?? 'no content type'
  );
}

function recognizeDocument(shape: AnswerShape, text: string): Recognition {
  // Parsed only where it may be whole: taking half a document apart at each piece would cost the square of its length.
  const document = /\}\s*$/.test(text) ? parsed(text) : undefined;
  if (document !== undefined) return isShaped(shape, fieldsOf(document)) ? 'service' : 'foreign';
  if (text.length < longestBeginning) return 'undecided';
  return shape === 'message' && /"type"\s*:\s*"message"/.test(text) ? 'service' : 'foreign';
}

function isShaped(shape: AnswerShape, fields: Fields): boolean {
  if (shape === 'model_list') return Array.isArray(fields['data']);
  if (fields['type'] === 'error') return typeof fieldsOf(fields['error'])['type'] === 'string';
  if (shape === 'token_count') return typeof fields['input_tokens'] === 'number';
  return fields['type'] === shape;
}

/** The first event that carries data decides. Source: HTML Standard, section 9.2.6, for the line ends and the fields. */
function recognizeEvents(shape: AnswerShape, text: string): Recognition {
  // The last line may be half a line, and a last CR may be half a line end.
  const lines = text.split(/\r\n|\n|\r(?!$)/);
  const unfinished = lines.pop() ?? '';
  let data = '';
  for (const line of lines) {
    if (!line.startsWith('data:')) {
      if ((line === '' && data !== '') || !isOtherLine(line)) return 'foreign';
      continue;
    }
    data += `${data === '' ? '' : '\n'}${line.slice(5).replace(/^ /, '')}`;
    const { type } = fieldsOf(parsed(data));
    if (typeof type === 'string') return shape === 'message' && firstEvents.has(type) ? 'service' : 'foreign';
  }
  return canBecomeALine(unfinished) ? 'undecided' : 'foreign';
}

function isOtherLine(line: string): boolean {
  return line.trim() === '' || /^(?:event|id|retry)(?::|$)|^:/.test(line);
}

function canBecomeALine(line: string): boolean {
  const fields = ['event:', 'data:', 'id:', 'retry:', ':'];
  return line.trim() === '' || fields.some((field) => line.startsWith(field) || field.startsWith(line));
}

/** What can be read of a refusal's body; what cannot be decompressed says nothing. */
export function textOfAnswer(bytes: Buffer, headers: HeaderRecord): string {
  return decoded(bytes, headerValue(headers, 'content-encoding')) ?? '';
}

/** What can be read of the beginning, without a byte order mark and leading white space; null for what cannot be decompressed. */
function decoded(bytes: Buffer, encoding: string | null): string | null {
  try {
    return decompressed(bytes, encoding)
      .toString('utf8')
      .replace(/^\uFEFF?\s*/, '');
  } catch {
    return null;
  }
}

/** As much as has come: a stream that is not at its end is no error. */
function decompressed(bytes: Buffer, encoding: string | null): Buffer {
  const maxOutputLength = 16 * longestBeginning;
  if (bytes.length === 0) return bytes;
  switch (encoding?.trim().toLowerCase() ?? 'identity') {
    case 'gzip':
    case 'x-gzip':
    case 'deflate':
      if (encoding?.trim().toLowerCase() === 'deflate' && !isZlib(bytes))
        return inflateRawSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength });
      return unzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength });
    case 'br':
      return brotliDecompressSync(bytes, {
        finishFlush: constants.BROTLI_OPERATION_FLUSH,
        maxOutputLength,
      });
    case 'zstd':
      return zstdDecompressSync(bytes, { finishFlush: constants.ZSTD_e_flush, maxOutputLength });
    default:
      return bytes;
  }
}

type Fields = Readonly<Record<string, unknown>>;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}
