/** Whether this window speaks with a running Postern. */
export type Connection =
  /** The ticket is being swapped, or the first answers are on their way. */
  | { readonly state: 'starting' }
  | { readonly state: 'connected' }
  /** It was there and does not answer now; retried automatically. */
  | {
      readonly state: 'reconnecting';
      readonly sinceMs: number;
      /** Whether its events still come: then only a route was not answered, and is asked again. */
      readonly eventsOpen: boolean;
    }
  /** It answers, but this window's token is not of its launch: only `postern open` helps. */
  | { readonly state: 'unauthorized' };

/** What changes it. */
export type ConnectionAction =
  | { readonly type: 'connection_opened' }
  | { readonly type: 'connection_lost'; readonly atMs: number }
  /** A route did not answer. */
  | { readonly type: 'fact_unanswered'; readonly atMs: number }
  /** All routes that had not answered have. */
  | { readonly type: 'facts_answered' }
  | { readonly type: 'connection_refused' }
  | { readonly type: 'session_started' };

/** The connection after an action. Once refused, only a new session helps. */
export function reduceConnection(connection: Connection, action: ConnectionAction): Connection {
  switch (action.type) {
    case 'session_started':
      return { state: 'starting' };
    case 'connection_refused':
      return connection.state === 'unauthorized' ? connection : { state: 'unauthorized' };
    case 'connection_opened':
      return connection.state === 'unauthorized' || connection.state === 'connected'
        ? connection
        : { state: 'connected' };
    case 'connection_lost':
      return lost(connection, action.atMs, false);
    case 'fact_unanswered':
      return connection.state === 'reconnecting'
        ? connection
        : lost(connection, action.atMs, connection.state === 'connected');
    case 'facts_answered':
      return connection.state === 'reconnecting' && connection.eventsOpen
        ? { state: 'connected' }
        : connection;
    default:
      return connection;
  }
}

function lost(connection: Connection, atMs: number, eventsOpen: boolean): Connection {
  if (connection.state === 'unauthorized') return connection;
  if (connection.state !== 'reconnecting') return { state: 'reconnecting', sinceMs: atMs, eventsOpen };
  return connection.eventsOpen === eventsOpen ? connection : { ...connection, eventsOpen };
}
