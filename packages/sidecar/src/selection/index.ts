/** Decides which credential pays: how each stands, cooldowns, the policy and its questions, and a credential that can be sent. */
export { createActiveCredential } from './active-credential.ts';
export { isDelegatedKind } from './choose-credential.ts';
export { cooldownEndMs, createCooldowns } from './cooldowns.ts';
export { type HeaderRecord, headerValue } from './header-record.ts';
export type {
  Ask,
  BrokenOff,
  FallbackAnswer,
  FallbackQuestion,
  PaidCall,
  PassedThrough,
  QueryHandle,
  QueryListener,
  QueryScope,
  SpentByTurn,
  TurnAllowance,
} from './query.ts';
export type { QueryState } from './query-state.ts';
export type { RejectedToken, ResolvedCredential } from './resolve-credential.ts';
export { worthRetryingAtMs } from './retry-hint.ts';
export { createSelection, type Selection } from './selection.ts';
export { questionOver, settledElsewhere } from './shared-questions.ts';
export type { AdmittedCall, CallEnd } from './spend-guard.ts';
export type { Unavailability } from './unavailability.ts';
export { readUnifiedLimits, type UnifiedLimits } from './unified-limits.ts';
