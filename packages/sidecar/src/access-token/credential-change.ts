import type { ReportedFact, SignIn } from '../credentials/index.ts';

type CredentialChanged = Extract<ReportedFact, { type: 'credential_changed' }>;

/**
 * How open screens and the timeline are notified of a change: a new status, another token (`renewed`), a renewal that fails for another
 * reason than before (`renewal_failed`), the first accepted call (`accepted`), a token that was rejected although it had just been
 * renewed (`cooling_down`) and is accepted after all (`active`). Null where nothing is news. Pure.
 */
export function credentialChange(
  before: SignIn,
  record: SignIn,
): Pick<CredentialChanged, 'status' | 'reason'> | null {
  if (before.status !== record.status) return { status: record.status, reason: record.reason };
  if (record.status === 'absent') return null;
  if (before.version !== record.version) return { status: 'renewed', reason: null };
  const failure = record.failedAttempt?.code ?? null;
  if (failure !== null && failure !== before.failedAttempt?.code)
    return { status: 'renewal_failed', reason: failure };
  if (before.acceptedAtMs === null && record.acceptedAtMs !== null)
    return { status: 'accepted', reason: null };
  if (isCoolingDown(before) !== isCoolingDown(record))
    return isCoolingDown(record)
      ? { status: 'cooling_down', reason: 'auth_failure' }
      : { status: 'active', reason: null };
  return null;
}

/** Until a call is accepted, or another token comes: that time has passed is noticed then. */
function isCoolingDown({ cooldown, version }: SignIn): boolean {
  return cooldown?.version === version;
}
