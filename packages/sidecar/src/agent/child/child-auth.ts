import type { DelegatedRun } from '../../credentials/index.ts';
import type { Gateway } from '../../gateway/index.ts';
import type { Secret } from '../../secret/index.ts';
import type { QueryHandle } from '../../selection/index.ts';

/**
 * One way to run the program: what its environment holds to authenticate with, and what is bound to it while a turn runs. One
 * for each child.
 */
export interface ChildAuth {
  /** Environment variables of the child that decide how it authenticates, and no others do. */
  readonly authentication: Readonly<Record<string, string | Secret>>;
  /** Whether we, and nothing stored, say how it authenticates. */
  readonly isManaged: boolean;
  /** The child runs as this process. */
  startedAs(pid: number): void;
  /** Binds the query that runs in the child now; until `end` what it sends is this query's. */
  begin(query: QueryHandle): { end(): void };
  /** The child is gone: what it authenticated with never works again. */
  close(): void;
}

/** Through our gateway, with a secret of this child's own: the credential never enters the child. */
export function gatewayAuth(gateway: Pick<Gateway, 'url' | 'openDoorway'>): ChildAuth {
  const doorway = gateway.openDoorway();
  return {
    authentication: { ANTHROPIC_BASE_URL: gateway.url, ANTHROPIC_AUTH_TOKEN: doorway.secret },
    isManaged: true,
    startedAs: (pid) => doorway.startedAs(pid),
    begin: (query) => doorway.begin(query),
    close: () => doorway.close(),
  };
}

/** By a sign-in that the unmodified program holds itself, without the gateway; nothing of it passes through our hands. */
export function delegatedAuth(signIn: DelegatedRun): ChildAuth {
  return {
    authentication: signIn.variables,
    isManaged: false,
    startedAs: () => undefined,
    begin: () => ({ end: () => undefined }),
    close: () => undefined,
  };
}
