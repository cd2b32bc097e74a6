/** What a credential is, its lifecycle, freshness, and the next in order. Pure. */
export { accountInSentence, kindInSentence } from './account-name.ts';
export { type Clock, instant, localTime, statedTime } from './clock.ts';
export type {
  ConversationHome,
  DelegatedCredentials,
  DelegatedOutcome,
  DelegatedRun,
} from './delegated-credentials.ts';
export { backoffUntilMs, expired, expiresSoon, freshness } from './freshness.ts';
export { apply, defaultCooldownMs, type Fact } from './lifecycle.ts';
export { modelLine, modelOfWindow } from './model-line.ts';
export {
  type Candidate,
  type Choice,
  type ChoiceReason,
  type CooldownReason,
  nextCredential,
  nothingSettled,
  usualWaitHours,
} from './next-credential.ts';
export { nextRenewalAtMs } from './next-renewal.ts';
export { coveredByPlan, credentialRef, firstIdOf, payerOf } from './payer.ts';
export type { Report, ReportedFact } from './report.ts';
export { retryAtMs } from './retry-after.ts';
export { isOverAtServer, revocableTokens } from './revocable-tokens.ts';
export {
  type Account,
  absentSignIn,
  bypassTriggers,
  type FailedAttempt,
  type RefreshIntent,
  type SignIn,
  signInStatuses,
  type Tokens,
} from './sign-in.ts';
export { type SignInStanding, standingOf } from './sign-in-standing.ts';
