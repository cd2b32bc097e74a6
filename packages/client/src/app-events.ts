import type { AppEvent, AppEventName } from '@postern/contract';
import { backOffMs, pause } from './back-off.ts';
import type { Connection } from './connection.ts';
import { eventFrames } from './event-frames.ts';
import type { OnHang } from './hang-watch.ts';
import { PosternError } from './postern-error.ts';
import type { QueryFeed } from './query-feed.ts';

const eventNames: Readonly<Record<AppEventName, true>> = {
  credential_changed: true,
  settings_changed: true,
  fallback: true,
  usage_limits_changed: true,
  usage_notice: true,
  lease_question: true,
  lease_question_closed: true,
  conversation_changed: true,
  sign_in_changed: true,
};

/** How the stream of `GET /events` is followed. */
export interface AppEventOptions {
  readonly signal?: AbortSignal | undefined;
  /** A lease that was asked for as `held`: it holds while this stream is open. */
  readonly lease?: string | undefined;
  /**
   * Called when the stream is open (true) and when it was lost (false). What happened in between is not repeated: after
   * each `true`, ask the routes what is so now.
   */
  readonly onConnection?: (connected: boolean) => void;
  /** As of a query (`QueryOptions`), but it is waited for as long as it lasts. */
  readonly onHang?: OnHang | undefined;
  /** Events of queries come on this stream too, which then hold no connection of their own: for a window, of which a browser has few. */
  readonly queries?: boolean;
  /** False: it ends where the connection is lost, for a caller that looks for the sidecar itself. Default: true. */
  readonly reconnect?: boolean;
}

/**
 * What changes in the sidecar, as it changes; goes on over lost connections, with back-off, until it is stopped. Ends
 * without an error when the signal is aborted.
 * @throws PosternError `not_found` where the lease has ended, `unauthorized` and whatever else trying again would not change; a sidecar that is
 * gone is waited for, unless `reconnect` is false
 */
export async function* appEvents(
  connection: Connection,
  options: AppEventOptions = {},
  feed: QueryFeed | null = null,
): AsyncGenerator<AppEvent, void, undefined> {
  const { reconnect = true } = options;
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, ...(options.signal === undefined ? [] : [options.signal])]);
  try {
    for (let count = 0; !signal.aborted; count += 1) {
      let connected = false;
      try {
        const response = await connection.open({
          method: 'GET',
          path: '/events',
          query: { lease: options.lease, stream: feed?.name },
          headers: { accept: 'text/event-stream' },
          signal,
          told: options.onHang && { onHang: options.onHang, patienceMs: Number.POSITIVE_INFINITY },
        });
        connected = true;
        count = 0;
        feed?.opened();
        options.onConnection?.(true);
        for await (const frame of eventFrames(response)) {
          if (frame.event === 'query') feed?.arrived(frame.data);
          const event = appEvent(frame.event, frame.data);
          if (event !== null) yield event;
        }
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof PosternError && !(reconnect && mayPass(error))) throw error;
      }
      feed?.lost();
      if (signal.aborted) return;
      if (connected) options.onConnection?.(false);
      if (!reconnect) return;
      await pause(backOffMs(count), signal);
    }
  } finally {
    stop.abort();
    feed?.ended();
  }
}

function mayPass({ code, retryable }: PosternError): boolean {
  return code === 'not_running' || retryable;
}

/** Null for an event this version does not know, or cannot read: the routes tell the rest. */
function appEvent(name: string | undefined, text: string): AppEvent | null {
  if (name === undefined || !Object.hasOwn(eventNames, name)) return null;
  try {
    return { event: name, data: JSON.parse(text) } as AppEvent;
  } catch {
    return null;
  }
}
