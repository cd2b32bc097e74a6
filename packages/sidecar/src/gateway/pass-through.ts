import type { ServerResponse } from 'node:http';
import type { ErrorCode } from '@postern/contract';
import type { RefusalMeaning } from './classify-refusal.ts';
import { downstreamHeaders } from './forwarded-headers.ts';
import type { Prefix } from './read-body.ts';
import { streamAnswer } from './stream-answer.ts';
import type { UpstreamAnswer } from './upstream.ts';

/** The code a query ends under when this was the last answer it got. */
export function passedThroughCode(meaning: RefusalMeaning): ErrorCode {
  if (meaning === 'throttled') return 'upstream_throttled';
  return meaning === 'transient' ? 'upstream_unavailable' : 'upstream_refused';
}

/** Hands a refusal on as it is: status, body, `Retry-After`; the program knows what to do with it. */
export async function passThrough(
  response: ServerResponse,
  answer: UpstreamAnswer,
  prefix: Prefix,
): Promise<void> {
  if (response.destroyed) return;
  response.writeHead(answer.status, downstreamHeaders(answer.headers));
  if (prefix.isWhole) {
    response.end(prefix.bytes);
    return;
  }
  response.write(prefix.bytes);
  await streamAnswer(
    answer.body,
    response,
    () => {},
    () => {},
  );
}
