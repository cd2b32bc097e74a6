import type { ErrorCode } from '@postern/contract';
import type { Secret } from '../secret/index.ts';
import type { QueryHandle } from '../selection/index.ts';
import type { Leases } from './lease/index.ts';

/** The doorway of one child process: its base URL is the gateway's, its secret is honoured only while a query is bound. */
export interface Doorway {
  /** `ANTHROPIC_AUTH_TOKEN` of the child. */
  readonly secret: Secret;
  /** The child runs as this process: from now on, where the OS tells, only its own connections may use the secret. */
  startedAs(pid: number): void;
  /** Binds the query that runs in the child now; with `end` its upstream calls are aborted. */
  begin(query: QueryHandle): { end(): void };
  /** The child is gone: its secret never works again. */
  close(): void;
}

/** The proxy between children and the Messages API. */
export interface Gateway {
  /** `http://127.0.0.1:<port>`; the child's `ANTHROPIC_BASE_URL`. */
  readonly url: string;
  openDoorway(): Doorway;
  /** Secrets of other programs. */
  readonly leases: Omit<Leases, 'withSecret' | 'restore' | 'closeAll'>;
  /**
   * Sends one free request (`GET /v1/models?limit=1`) with a credential and records the outcome. Accepted, refused (with the code),
   * or nothing learnt.
   */
  tryCredential(
    credentialId: string,
  ): Promise<{ readonly outcome: 'accepted' | 'refused' | 'unknown'; readonly code: ErrorCode | null }>;
  /** Whether a call that was let in is under way, of a child or of another program. */
  isBusy(): boolean;
  /** Calls `listener` each time that the last of the calls under way has ended. The result ends it. */
  onQuiet(listener: () => void): () => void;
  close(): Promise<void>;
}
