import type { FaultQueues } from '../control/fault-queues.ts';
import type { RequestLog } from '../control/request-log.ts';
import type { AskProvider } from './ask-provider.ts';

/** What every endpoint in front of oidc-provider stands on. */
export interface EndpointDeps {
  readonly ask: AskProvider;
  readonly faults: FaultQueues;
  readonly log: RequestLog;
  /** Where the fault `redirect` leads by default. */
  readonly redirectTarget: string;
}
