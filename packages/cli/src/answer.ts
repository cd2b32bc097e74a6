import type { QueryEvent } from '@postern/contract';
import { createParagraphs } from './paragraphs.ts';

type Data<Name extends QueryEvent['event']> = Extract<QueryEvent, { event: Name }>['data'];

/** What is left of a query when it has ended. */
export interface Answer {
  add(event: QueryEvent): void;
  /** The user stopped it. */
  stopped(): void;
  /** Code of the error it ended with; null where it ended well. */
  errorCode(): string | null;
  /** One JSON value for a script. */
  value(): unknown;
}

/** Collects the events of one query. */
export function createAnswer(): Answer {
  const paragraphs = createParagraphs();
  let text = '';
  let started: Data<'started'> | null = null;
  let result: Data<'result'> | null = null;
  let error: Data<'error'> | null = null;
  let stopped = false;
  let skippedEvents = 0;
  const switches: Data<'credential_switched'>[] = [];
  const tools: { readonly name: string; readonly toolUseId: string }[] = [];
  const errorCode = () => error?.code ?? (stopped ? 'query_cancelled' : null);
  return {
    add: (event) => {
      text += paragraphs.next(event);
      switch (event.event) {
        case 'events_skipped':
          skippedEvents += event.data.count;
          break;
        case 'started':
          started = event.data;
          break;
        case 'result':
          result = event.data;
          break;
        case 'error':
          error = event.data;
          break;
        case 'credential_switched':
          switches.push(event.data);
          break;
        case 'tool_use':
          tools.push({ name: event.data.name, toolUseId: event.data.toolUseId });
          break;
        default:
      }
    },
    stopped: () => {
      stopped = true;
    },
    errorCode,
    value: () => ({
      text,
      queryId: started?.queryId ?? null,
      conversationId: started?.conversationId ?? null,
      credential: switches.at(-1)?.to ?? started?.credential ?? null,
      switches,
      tools,
      // Its text is not whole.
      ...(skippedEvents === 0 ? {} : { skippedEvents }),
      ...(result ?? {}),
      error: error ?? (stopped ? { code: 'query_cancelled', retryable: false } : null),
    }),
  };
}
