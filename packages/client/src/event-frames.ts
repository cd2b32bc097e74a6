import { createParser, type EventSourceMessage } from 'eventsource-parser';
import type { Answer } from './connection.ts';

/**
 * Every whole event frame of a `text/event-stream` answer, in order; a frame cut off by the end of the stream is dropped.
 * Stopping early closes the connection. @throws whatever the body throws when the connection breaks
 */
export async function* eventFrames({ body }: Pick<Answer, 'body'>): AsyncGenerator<EventSourceMessage> {
  if (body === null) return;
  const arrived: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (frame) => arrived.push(frame) });
  const decoder = new TextDecoder();
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      parser.feed(decoder.decode(value, { stream: true }));
      yield* arrived.splice(0);
    }
  } finally {
    // A broken connection rejects here as well; its error has been thrown already.
    await reader.cancel().catch(() => undefined);
  }
}
