import type { Gateway, QueryListener } from '../gateway/index.ts';
import type { Secret } from '../secret/index.ts';

/**
 * One way to run the program: what its environment holds to authenticate with, where it keeps its conversations, and
 * what is bound to it while a turn runs. One for each child; a delegated sign-in is another way, without the gateway.
 */
export interface WayToRun {
  /** Environment variables of the child that decide how it authenticates, and no others do. */
  readonly authentication: Readonly<Record<string, string | Secret>>;
  /** The child's `CLAUDE_CONFIG_DIR`. */
  readonly configDir: string;
  /** Binds the query that runs in the child now; until `end` what it sends is this query's. */
  begin(queryId: string, listener: QueryListener): { end(): void };
  /** The child is gone: what it authenticated with never works again. */
  close(): void;
}

/** Through our gateway, with a secret of this child's own: the credential never enters the child. */
export function throughGateway(gateway: Gateway, configDir: string): WayToRun {
  const doorway = gateway.openDoorway();
  return {
    authentication: { ANTHROPIC_BASE_URL: gateway.url, ANTHROPIC_AUTH_TOKEN: doorway.secret },
    configDir,
    begin: (queryId, listener) => doorway.begin(queryId, listener),
    close: () => doorway.close(),
  };
}
