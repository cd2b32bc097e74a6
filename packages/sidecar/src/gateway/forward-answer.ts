import type { ServerResponse } from 'node:http';
import type { CredentialRef } from '@postern/contract';
import type { ChoiceReason } from '../credentials/index.ts';
import { headerValue } from '../selection/index.ts';
import type { BoundQuery } from './bound-query.ts';
import { downstreamHeaders } from './forwarded-headers.ts';
import { streamAnswer } from './stream-answer.ts';
import type { UpstreamAnswer } from './upstream.ts';
import { createUsageReader } from './usage-reader.ts';

/** A good answer on its way to the program. */
export interface GoodAnswer {
  readonly answer: UpstreamAnswer;
  readonly credential: CredentialRef;
  readonly reason: ChoiceReason;
  /** False for what costs nothing (`count_tokens`). */
  readonly isPaid: boolean;
}

/**
 * Streams a good answer through and tells the query what it used, once, however it ends: a call that was cut off was paid all
 * the same. An answer that broke off ends the query; nothing is sent again.
 */
export async function forwardAnswer(
  query: BoundQuery,
  response: ServerResponse,
  { answer, credential, reason, isPaid }: GoodAnswer,
): Promise<void> {
  const reader = createUsageReader(headerValue(answer.headers, 'content-type'));
  let isTold = false;
  const tell = (): void => {
    if (isTold || !isPaid) return;
    isTold = true;
    const { model, usage } = reader.reading();
    query.listener.onPaidCall({ credential, reason, model, usage, status: answer.status });
  };
  const interrupt = (): void => {
    query.isInterrupted = true;
    query.listener.onPassedThrough('stream_interrupted', 502);
  };
  // A query that ends takes its calls with it, and its receipt needs them first.
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
