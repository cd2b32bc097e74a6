import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { ApiFault } from '../control/fault-schema.ts';
import { pause } from '../wire/answer.ts';
import type { Message } from './message.ts';
import { eventFrame, type MessageEvent, messageEvents } from './message-events.ts';

/** How a stream ended: whole, broken by a fault, or left by the client. */
export type StreamEnd = 'ok' | 'reset' | 'garbage' | 'overloaded_error' | 'timeout' | 'aborted';

const slowDeltaMs = 500;

/** Streams a message, a pause of `paceMs` after each delta, with the trouble of a `*_mid_stream` or `slow_stream` fault. */
export async function streamMessage(
  raw: ServerResponse,
  message: Message,
  headers: Readonly<Record<string, string>>,
  options: { readonly paceMs: number; readonly fault: ApiFault | null },
): Promise<StreamEnd> {
  const { fault } = options;
  const paceMs = fault?.kind === 'slow_stream' ? (fault.delayMs ?? slowDeltaMs) : options.paceMs;
  raw.writeHead(200, {
    ...headers,
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
  });
  let deltas = 0;
  for (const event of messageEvents(message)) {
    if (raw.destroyed) return 'aborted';
    await write(raw, eventFrame(event));
    if (!isDelta(event)) continue;
    deltas += 1;
    const broken = fault === null || deltas < Math.max(1, fault.afterDeltas) ? null : breakOff(raw, fault);
    if (broken !== null) return broken;
    await pause(paceMs);
  }
  if (raw.destroyed) return 'aborted';
  raw.end();
  return 'ok';
}

/** Does what a fault says in the middle of a stream; null where it says nothing. */
function breakOff(raw: ServerResponse, fault: ApiFault): StreamEnd | null {
  switch (fault.kind) {
    case 'reset_mid_stream':
    case 'cut_off':
      // Not a TCP reset: that could swallow the deltas before it. The chunked body ends without its end.
      raw.socket?.destroySoon();
      return 'reset';
    case 'garbage_mid_stream':
      raw.end(
        'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"del\n\n\u0000\ufffd<html>\n\n',
      );
      return 'garbage';
    case 'error_mid_stream':
      raw.end(eventFrame({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }));
      return 'overloaded_error';
    case 'stall_mid_stream':
      return 'timeout';
    default:
      return null;
  }
}

function isDelta(event: MessageEvent): boolean {
  return event.type === 'content_block_delta';
}

/** Waits for a slow reader instead of keeping the whole answer for it. */
async function write(raw: ServerResponse, frame: string): Promise<void> {
  if (raw.write(frame) || raw.destroyed) return;
  await Promise.race([once(raw, 'drain'), once(raw, 'close')]);
}
