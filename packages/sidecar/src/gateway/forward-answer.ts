import type { ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { wordsOfService } from '../secret/index.ts';
import { headerValue } from '../selection/index.ts';
import type { BoundQuery } from './bound-query.ts';
import { brokenBeforeContent } from './broken-answer.ts';
import type { ChargedCall } from './charged-call.ts';
import { downstreamHeaders } from './forwarded-headers.ts';
import { sendOwnAnswer } from './own-answers.ts';
import { type StreamEnd, streamAnswer } from './stream-answer.ts';
import type { UpstreamAnswer } from './upstream.ts';
import { createUsageReader, isWhole, type UsageReader } from './usage-reader.ts';

/** A good answer on its way to the program. */
export interface GoodAnswer {
  readonly answer: UpstreamAnswer;
  /** Null for what costs nothing (`count_tokens`). */
  readonly charged: ChargedCall | null;
  /** Whether the call may be sent once more where this answer breaks off before the user could see anything of it. */
  readonly mayRepeat: boolean;
}

/** `again`: nothing of it reached the program, and the call is to be sent once more. */
export type Forwarded = 'done' | 'again';

const repeatAfterMs = 300;
/** How long the service may take to close an answer after its last event. */
const lingerMs = 250;
/** The same after the model said why it stopped; the last event is still to come, and the program does without it. */
const lingerStoppedMs = 2_000;
/** A program that went on reading half an answer for this long is cut off. */
const holdMs = 2_000;
/** Longest time in which the beginning of an answer is kept back; then it goes on, and is no longer repeated. */
const keptBackMs = 10_000;

/**
 * Streams a good answer through and tells the query what it used, once, however it ends: a call that was cut off was paid all the same. What
 * the program takes for whole is whole. Nothing is passed on before there is something the user could see, so that an answer that broke off
 * before can be asked for again. One that breaks off later ends the query: the program's connection is held until the program was interrupted,
 * because it keeps what it read only then.
 */
export async function forwardAnswer(
  query: BoundQuery,
  response: ServerResponse,
  good: GoodAnswer,
): Promise<Forwarded> {
  const { answer, charged, mayRepeat } = good;
  const isPaid = charged !== null;
  const stream = streamAnswer(answer.body, response, () =>
    response.writeHead(answer.status, answerHeaders(answer, isPaid)),
  );
  const reader = createUsageReader(answer.headers, () => look(reader));
  const tell = async (): Promise<void> => await charged?.answered(reader.reading(), answer.status);
  // A query that ends takes its calls with it, and its receipt needs them first.
  charged?.watchNoMore();
  const forget = query.onEnd(() => void tell());
  const isCompressed = !['', 'identity'].includes(headerValue(answer.headers, 'content-encoding') ?? '');

  function look({ standing }: UsageReader): void {
    if (!isPaid) return;
    const { progress, error } = standing();
    // What came before the error is forwarded; of a compressed answer no part can be left out.
    if (error !== null) stream.breakOff(isCompressed ? null : error.offset);
    else if (progress === 'ended') stream.endWithin(lingerMs);
    else if (progress === 'stopped') stream.endWithin(lingerStoppedMs);
    if (progress !== 'nothing') stream.release();
  }
  const late = setTimeout(() => stream.release(), isPaid ? keptBackMs : 0);
  if (!isPaid) stream.release();
  const end = await stream.run((chunk) => reader.read(chunk));
  clearTimeout(late);
  await reader.end();
  forget();
  // The end goes to the program when the ledger has the call: a reader of the ledger finds it settled from then on.
  await tell();
  return await settle(end);

  async function settle(how: StreamEnd): Promise<Forwarded> {
    const reading = reader.reading();
    if (how === 'client_gone') return 'done';
    if (query.signal.aborted) {
      if (response.headersSent) await stream.hold(holdMs);
      return 'done';
    }
    if (!isPaid ? how === 'complete' : isWhole(reading)) {
      stream.finish();
      return 'done';
    }
    if (!isPaid) {
      response.destroy();
      return 'done';
    }
    const { error, messageId, deltas } = reading;
    if (!response.headersSent && reading.progress === 'nothing') {
      if (mayRepeat) return 'again';
      query.isInterrupted = true;
      const { code, detail } = brokenBeforeContent(error);
      query.listener.onGivenUp(code, detail);
      sendOwnAnswer(response, { status: 403, code, detail, mayRetry: false });
      return 'done';
    }
    query.isInterrupted = true;
    query.listener.onPassedThrough('stream_interrupted', 502);
    query.listener.onBrokenOff?.({ messageId, deltas, detail: wordsOfService(error?.message ?? null) });
    stream.release();
    await stream.hold(holdMs);
    return 'done';
  }
}

/** Without its length: an answer may be ended at its last event, whatever was announced. */
function answerHeaders(answer: UpstreamAnswer, isPaid: boolean): ReturnType<typeof downstreamHeaders> {
  const { 'content-length': length, ...headers } = downstreamHeaders(answer.headers);
  return isPaid || length === undefined ? headers : { ...headers, 'content-length': length };
}

/** Before a call is sent once more: an overloaded service is given a moment. */
export async function pauseBeforeRepeat(signal: AbortSignal): Promise<void> {
  await pause(repeatAfterMs, undefined, { signal }).catch(() => undefined);
}
