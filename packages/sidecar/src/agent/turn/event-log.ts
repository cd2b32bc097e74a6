import type { QueryEvent } from '@postern/contract';

/** An event with its number in the query's stream; the number is the SSE `id`. */
export interface NumberedEvent {
  readonly id: number;
  readonly event: QueryEvent;
}

/**
 * The events of one query, numbered from 1, for any number of listeners and for those who come back. Ends with the first
 * `result` or `error`; what comes later is dropped. Above `maxBytes` the oldest events are forgotten, but never the first: a
 * listener that has not received them gets `events_skipped` instead.
 */
export class EventLog {
  readonly #events: NumberedEvent[] = [];
  #first: NumberedEvent | null = null;
  readonly #sizes: number[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #maxBytes: number;
  #bytes = 0;
  #lastId = 0;
  #ended = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get ended(): boolean {
    return this.#ended;
  }

  add(event: QueryEvent): void {
    if (this.#ended) return;
    this.#lastId += 1;
    const numbered = { id: this.#lastId, event };
    this.#first ??= numbered;
    this.#events.push(numbered);
    const size = roughSize(event.data);
    this.#sizes.push(size);
    this.#bytes += size;
    while (this.#bytes > this.#maxBytes && this.#events.length > 1) {
      this.#forget(this.#events.shift());
      this.#bytes -= this.#sizes.shift() ?? 0;
    }
    this.#ended = event.event === 'result' || event.event === 'error';
    for (const wake of this.#waiting) wake();
  }

  /** The first event stays, and says what a late listener would not hear otherwise: the mode that holds. */
  #forget(gone: NumberedEvent | undefined): void {
    const [first, event] = [this.#first, gone?.event];
    if (event?.event !== 'permission_mode_changed' || first?.event.event !== 'started') return;
    const data = { ...first.event.data, permissionMode: event.data.to };
    this.#first = { id: first.id, event: { event: 'started', data } };
  }

  /** Every event after `afterId`, then live ones; ends after the last one or when `signal` aborts. */
  async *after(afterId: number, signal: AbortSignal): AsyncGenerator<NumberedEvent> {
    let seen = afterId;
    while (!signal.aborted) {
      const first = this.#events[0]?.id ?? this.#lastId + 1;
      // A late listener still learns what the query is.
      const next = seen === 0 && this.#first ? this.#first : this.#events[Math.max(0, seen + 1 - first)];
      if (next !== undefined && next.id > seen + 1) {
        const count = next.id - 1 - seen;
        seen = next.id - 1;
        yield { id: seen, event: { event: 'events_skipped', data: { count } } };
      } else if (next !== undefined && next.id > seen) {
        seen = next.id;
        yield next;
      } else if (this.#ended) {
        return;
      } else {
        await this.#more(signal);
      }
    }
  }

  #more(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }
}

/** About how many characters a value takes as JSON, without writing it: an event may hold megabytes. */
function roughSize(value: unknown): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return 8;
  let size = 2;
  for (const [name, each] of Object.entries(value)) size += name.length + 4 + roughSize(each);
  return size;
}
