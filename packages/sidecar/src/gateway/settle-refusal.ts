import type { CredentialRef, ErrorCode } from '@postern/contract';
import { type ChoiceReason, type Clock, instant } from '../credentials/index.ts';
import { assertNever, loggableError } from '../errors/index.ts';
import {
  cooldownEndMs,
  type QueryState,
  type ResolvedCredential,
  type Selection,
  type Unavailability,
} from '../selection/index.ts';
import type { BoundQuery } from './bound-query.ts';
import type { Refusal } from './classify-refusal.ts';

/** What settling a refusal takes. */
export interface SettleRefusalDeps {
  readonly selection: Pick<Selection, 'status' | 'usageLimits'>;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

/** Source: docs/anthropic-oauth.md, "Claude Platform OAuth": no notice of an unlink comes but this refusal. */
const linkEndedCode = 'user_profile_billing_not_authorized';

/** A refused attempt of a call. */
export interface RefusedAttempt {
  readonly query: BoundQuery;
  /** What cannot be used in this call; a limit is added. */
  readonly unavailable: Map<string, Unavailability>;
  readonly credential: CredentialRef;
  readonly resolved: ResolvedCredential;
  readonly refusal: Refusal;
  /** True where the token had just been brought by this call's forced refresh. */
  readonly wasRefreshed: boolean;
}

/**
 * Settles what a refusal means, in the query and in the credential's status, and says whether the answer is handed on as it is. Where it is
 * not, the next choice follows from what was settled.
 */
export async function settleRefusal(deps: SettleRefusalDeps, refused: RefusedAttempt): Promise<boolean> {
  const { credential, resolved, refusal } = refused;
  const { status } = deps.selection;
  const query = refused.query.state;
  const version = resolved.kind === 'oauth' ? resolved.version : null;
  const settle = (reason: ChoiceReason): false => {
    query.refused.set(credential.id, { reason, version });
    return false;
  };
  const coolDown = (
    code: ErrorCode,
    untilMs: number,
    model: string | null = null,
    window = 'plan',
  ): Promise<void> => {
    const reason = code === 'plan_limit_reached' ? 'usage_limit' : 'auth_failure';
    const subject = { id: credential.id, fingerprint: resolved.fingerprint };
    const named = window === 'plan' ? {} : { window };
    return keep(deps, () => status.startCooldown(subject, model, { untilMs, reason, code, ...named }));
  };
  const nowMs = deps.clock();
  switch (refusal.meaning) {
    case 'expired_or_rejected_token':
      // Only what a forced refresh had just brought shows that the refresh did not help.
      if (version !== null && refused.wasRefreshed)
        await keep(deps, () => status.noteRejectedAgain(credential.id, version));
      return settle('auth_failure');
    case 'scope':
      await coolDown('insufficient_scope', cooldownEndMs(null, nowMs));
      return settle('insufficient_scope');
    case 'not_allowed_for_organization':
      await coolDown('organization_not_allowed', cooldownEndMs(null, nowMs));
      return settle('organization_not_allowed');
    case 'bad_key':
      // No cooldown: one call of the next query shows whether the user has repaired the key where it was made.
      if (resolved.kind === 'api_key')
        await keep(deps, () => status.noteRejectedKey(credential.id, resolved.key));
      return settle('api_key_rejected');
    case 'policy':
      return settle('credential_policy');
    case 'money':
      if (resolved.kind === 'oauth' && refusal.code === linkEndedCode)
        await keep(deps, () => status.noteLinkEnded(credential.id));
      return settle('billing_problem');
    case 'account_fault':
      return settle('upstream_refused');
    case 'usage_limit': {
      const { window, model, resetsAtMs } = refusal;
      const untilMs = cooldownEndMs(resetsAtMs, nowMs);
      refused.unavailable.set(credential.id, { code: 'plan_limit_reached', retryAtMs: untilMs });
      await coolDown('plan_limit_reached', untilMs, model, window);
      tellLimit(query, credential.id, window, untilMs);
      return false;
    }
    case 'throttled':
    case 'transient':
    case 'request_fault':
    case 'unknown':
      return true;
    default:
      return assertNever(refusal);
  }
}

/** Unless the headers already said it. */
function tellLimit(query: QueryState, credentialId: string, window: string, untilMs: number): void {
  const key = `${credentialId} ${window} rejected`;
  if (query.notifiedLimits.has(key)) return;
  query.notifiedLimits.add(key);
  query.listener.onUsageLimit(window, instant(untilMs), 'rejected');
}

/** What cannot be kept still holds for this query. */
async function keep(deps: SettleRefusalDeps, work: () => void | Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    deps.log(`outcome of a refused call not kept: ${loggableError(error)}`);
  }
}
