/** Whether this window speaks with a running Postern. */
export type Connection =
  /** The ticket is being swapped, or the first answers are on their way. */
  | { readonly state: 'starting' }
  | { readonly state: 'connected' }
  /** It was there and does not answer now; retried automatically. */
  | { readonly state: 'reconnecting'; readonly sinceMs: number }
  /** It answers, but this window's token is not of its launch: only `postern open` helps. */
  | { readonly state: 'unauthorized' };

/** What changes it. */
export type ConnectionAction =
  | { readonly type: 'connection_opened' }
  | { readonly type: 'connection_lost'; readonly atMs: number }
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
      return connection.state === 'unauthorized' || connection.state === 'reconnecting'
        ? connection
        : { state: 'reconnecting', sinceMs: action.atMs };
    default:
      return connection;
  }
}
