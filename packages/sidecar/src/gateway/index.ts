/** The loopback door the agent calls: puts on credentials, repairs 401s, applies the fallback policy. */
export { createGateway } from './create-gateway.ts';
export type {
  Ask,
  Doorway,
  Gateway,
  GatewayQuery,
  PaidCall,
  QueryListener,
  QueryScope,
} from './gateway.ts';
export { createUpstreamDispatcher } from './upstream-dispatcher.ts';
