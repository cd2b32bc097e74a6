import type { FastifyRequest } from 'fastify';
import type { FaultQueues } from '../control/fault-queues.ts';
import type { RequestLog } from '../control/request-log.ts';
import type { Answer } from '../wire/answer.ts';
import type { CallProvider } from './call-provider.ts';

/** What every endpoint in front of oidc-provider stands on. */
export interface EndpointDeps {
  readonly ask: CallProvider;
  readonly faults: FaultQueues;
  readonly log: RequestLog;
  /** Where the fault `redirect` leads by default. */
  readonly redirectTarget: string;
  /** Where the token and the revocation endpoint are. */
  readonly paths: { readonly token: string; readonly revocation: string };
  /** Checks who asks; null where the request may go on. */
  readonly admit: (request: FastifyRequest, parameters: URLSearchParams) => Answer | null;
}
