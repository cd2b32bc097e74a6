/** The loopback door the agent calls: puts on credentials, repairs 401s, applies the fallback policy. */
export type {
  Ask,
  Doorway,
  FallbackAnswer,
  FallbackQuestion,
  Gateway,
  PaidCall,
  QueryListener,
} from './gateway.ts';
