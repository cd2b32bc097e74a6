import type { CredentialRef, CredentialView } from '@postern/contract';
import type { Connection } from '../state/connection.ts';
import type { Facts } from '../state/facts.ts';
import { nextCredential } from './next-credential.ts';

/** Whether a prompt could be sent now, and who would pay: the composer's status line. */
export type Readiness =
  | { readonly state: 'starting' }
  /** Postern does not answer. */
  | { readonly state: 'offline' }
  /** This window's token is not of the running Postern. */
  | { readonly state: 'not_connected' }
  | { readonly state: 'refreshing' }
  | { readonly state: 'waiting_for_sign_in' }
  | { readonly state: 'ready'; readonly payer: string }
  /** Another credential than the preferred one pays; `until` where the time it goes back is known. */
  | {
      readonly state: 'on_backup';
      readonly payer: string;
      readonly reason: string;
      readonly until: string | null;
    }
  /** Nothing can be used before the limit resets, or not without asking. */
  | { readonly state: 'limit'; readonly until: string | null }
  /** The sign-in has ended, and nothing else can pay. */
  | { readonly state: 'needs_you'; readonly reason: string }
  /** Nothing has been set up yet. */
  | { readonly state: 'nothing_set_up' };

/** Derived from what the sidecar said last; the sidecar decides again when the prompt comes. */
export function readinessOf(
  connection: Connection,
  facts: Facts,
  refreshing: boolean,
  workspace = '',
): Readiness {
  if (connection.state === 'reconnecting') return { state: 'offline' };
  if (connection.state === 'unauthorized') return { state: 'not_connected' };
  const { status } = facts;
  const credentials = facts.credentials ?? [];
  if (status === null || facts.credentials === null) return { state: 'starting' };
  if (refreshing) return { state: 'refreshing' };
  const active = status.activeCredential;
  if (active !== null) {
    const next = nextCredential(facts, workspace);
    if (next !== null && next.id !== active.id) return { state: 'ready', payer: next.payer };
    if (active.reason === 'preferred') return { state: 'ready', payer: active.payer };
    // The one that comes first, which cannot be used: nothing takes over before the user was asked.
    const own = credentials.find((each) => each.id === active.id);
    if (own?.status === 'cooling_down') return { state: 'limit', until: own.cooldownUntil };
    const isOut =
      own?.status === 'reauthorization_required' || (own?.status === 'rejected' && own.kind === 'api_key');
    if (isOut) return { state: 'needs_you', reason: active.reason };
    const until = passedOver(credentials, active.id)?.cooldownUntil ?? null;
    return { state: 'on_backup', payer: active.payer, reason: active.reason, until };
  }
  if (status.pendingSignIn !== null) return { state: 'waiting_for_sign_in' };
  const limited = credentials.find((each) => each.status === 'cooling_down');
  if (limited !== undefined) return { state: 'limit', until: limited.cooldownUntil };
  const ended = credentials.find(
    (each) => each.status === 'reauthorization_required' || each.status === 'rejected',
  );
  if (ended !== undefined) return { state: 'needs_you', reason: ended.reason ?? 'reauthorization_required' };
  return { state: 'nothing_set_up' };
}

/**
 * The same while a query runs: who pays for it, which may be another than would pay for the next one.
 * @param paying null: no query runs, or it has not said what it begins with
 */
export function readinessDuring(
  paying: CredentialRef | null,
  readiness: Readiness,
  facts: Facts,
  workspace: string,
): Readiness {
  if (paying === null || !canAsk(readiness)) return readiness;
  const own = facts.credentials?.find(({ id }) => id === paying.id);
  if (own?.status === 'cooling_down') return { state: 'limit', until: own.cooldownUntil };
  // What holds for the next query holds for this one as well, such as since when it is on backup.
  if (nextCredential(facts, workspace)?.id === paying.id) return readiness;
  return { state: 'ready', payer: paying.payer };
}

/** Whether a prompt may be sent: where the sidecar might still find a way, it is asked. */
export function canAsk(readiness: Readiness): boolean {
  return readiness.state !== 'offline' && readiness.state !== 'not_connected';
}

/** The first credential before the active one in the order that was there but could not be used. */
function passedOver(credentials: readonly CredentialView[], activeId: string): CredentialView | undefined {
  const at = credentials.findIndex((each) => each.id === activeId);
  return credentials
    .slice(0, Math.max(at, 0))
    .find((each) => each.status !== 'absent' && each.status !== 'not_configured');
}
