import type { ServerResponse } from 'node:http';
import { headerValue } from '../selection/index.ts';
import type { BoundQuery } from './bound-query.ts';
import type { ChargedCall } from './charged-call.ts';
import { downstreamHeaders } from './forwarded-headers.ts';
import { streamAnswer } from './stream-answer.ts';
import type { UpstreamAnswer } from './upstream.ts';
import { createUsageReader } from './usage-reader.ts';

/** A good answer on its way to the program. */
export interface GoodAnswer {
  readonly answer: UpstreamAnswer;
  /** Null for what costs nothing (`count_tokens`). */
  readonly charged: ChargedCall | null;
}

/**
 * Streams a good answer through and tells the query what it used, once, however it ends: a call that was cut off was paid all
 * the same. An answer that broke off ends the query; nothing is sent again.
 */
export async function forwardAnswer(
  query: BoundQuery,
  response: ServerResponse,
  { answer, charged }: GoodAnswer,
): Promise<void> {
  const reader = createUsageReader(headerValue(answer.headers, 'content-type'));
  const isPaid = charged !== null;
  const tell = (): void => charged?.answered(reader.reading(), answer.status);
  const interrupt = (): void => {
    query.isInterrupted = true;
    query.listener.onPassedThrough('stream_interrupted', 502);
  };
  // A query that ends takes its calls with it, and its receipt needs them first.
  charged?.watchNoMore();
  const forget = query.onEnd(tell);

  response.writeHead(answer.status, downstreamHeaders(answer.headers));
  response.flushHeaders();
  const end = await streamAnswer(answer.body, response, reader.read, () => {
    tell();
    if (isPaid && !reader.reading().isWhole) interrupt();
  });
  forget();
  tell();
  if (end === 'broke_off' && isPaid && !query.signal.aborted) interrupt();
}
