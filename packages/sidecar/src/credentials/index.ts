/** What a credential is, its lifecycle, freshness, and the next in order. Pure. */
export { type Clock, instant } from './clock.ts';
export { expiresSoon, type Freshness, freshness, renewalDueAtMs } from './freshness.ts';
export { apply, type Fact, lifecycleTable } from './lifecycle.ts';
export { type Candidate, nextCredential } from './next-credential.ts';
export { credentialRef, firstIdOf, payerOf } from './payer.ts';
export type { Report, ReportedFact } from './report.ts';
export {
  type Account,
  absentSignIn,
  type FailedAttempt,
  type RefreshIntent,
  type SignIn,
  type SignInStatus,
  signInStatuses,
  type Tokens,
} from './sign-in.ts';
