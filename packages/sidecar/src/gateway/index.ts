/** The loopback proxy that the agent calls: puts a credential on each request and repairs what can be repaired. */
export { createGateway } from './create-gateway.ts';
export type { Doorway, Gateway } from './gateway.ts';
export type { KeptLease, KeptLeases } from './lease/index.ts';
export { type Reached, reachService } from './reach-service.ts';
export { createUpstreamDispatcher } from './upstream-dispatcher.ts';
