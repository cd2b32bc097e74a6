import { coveredByPlan, modelLine, modelOfWindow } from '../credentials/index.ts';
import { loggableError } from '../errors/index.ts';
import {
  cooldownEndMs,
  type HeaderRecord,
  type QueryState,
  type ResolvedCredential,
  readUnifiedLimits,
} from '../selection/index.ts';
import type { ChargedCall, ChargedTo } from './charged-call.ts';
import type { SettleRefusalDeps } from './settle-refusal.ts';

/** A good answer before it is forwarded. */
interface AnsweredCall {
  readonly choice: Pick<ChargedTo, 'credential'>;
  readonly resolved: ResolvedCredential;
  readonly charged: ChargedCall | null;
  readonly answer: { readonly headers: HeaderRecord };
}

/**
 * A plan that is used up may be answered all the same, and paid as extra usage, without a question to the user. That call counts as not covered, and the
 * credential is on hold as after a limit, so that the policy decides about the next one.
 */
export function holdOverage(
  { selection, clock, log }: SettleRefusalDeps,
  query: QueryState,
  /** That was asked for; null where it is not known. */
  askedModel: string | null,
  { choice: { credential }, resolved, charged, answer }: AnsweredCall,
): void {
  const limits = readUnifiedLimits(answer.headers);
  if (limits?.isUsingOverage !== true || !coveredByPlan(credential)) return;
  charged?.overage();
  const { deciding, windows } = limits;
  // That of extra usage is no reset of the plan.
  const usedUp = deciding === 'overage' ? windows.find((each) => isUsedUp(each)) : null;
  const resetsAtMs = deciding === 'overage' ? (usedUp?.resetsAtMs ?? null) : limits.resetsAtMs;
  const untilMs = cooldownEndMs(resetsAtMs, clock());
  const subject = { id: credential.id, fingerprint: resolved.fingerprint };
  const window = usedUp?.window ?? deciding;
  // A model whose line is not known would not be held by that of a line.
  const model = window === null || modelLine(askedModel) === null ? null : modelOfWindow(window);
  try {
    selection.usageLimits.note(credential.id, answer.headers, query);
    selection.status.startCooldown(subject, model, {
      ...{ untilMs, reason: 'usage_limit', code: 'plan_limit_reached' },
      ...(window === null ? {} : { window }),
    });
  } catch (error) {
    // It still holds for this query.
    query.refused.set(credential.id, {
      reason: 'plan_limit_reached',
      version: resolved.kind === 'oauth' ? resolved.version : null,
    });
    log(`a plan that is used up was not kept as such: ${loggableError(error)}`);
  }
}

function isUsedUp({ window, status }: { readonly window: string; readonly status: string }): boolean {
  return status === 'rejected' && window !== 'overage';
}
