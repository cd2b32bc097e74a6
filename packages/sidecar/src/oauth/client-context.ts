import type { Clock } from '../credentials/index.ts';
import type { Proofs } from '../dpop/index.ts';
import type { OAuthConfiguration } from './oauth-client.ts';
import type { ProgramEnvironment } from './run-program.ts';
import type { Fetch } from './send-once.ts';

/** What every request of a configured client needs. */
export interface ClientContext {
  readonly configuration: OAuthConfiguration;
  readonly clientId: string;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  readonly userAgent: string;
  readonly proofs: Proofs;
  readonly timeouts: RequestTimeouts;
  /** For programs the operator configured. */
  readonly environment: ProgramEnvironment;
}

/** Milliseconds for a whole request, its answer included. */
export interface RequestTimeouts {
  readonly metadataMs: number;
  readonly tokenMs: number;
  readonly revocationMs: number;
}
