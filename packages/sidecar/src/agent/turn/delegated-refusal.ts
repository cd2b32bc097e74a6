import type { SDKAssistantMessageError, SDKRateLimitInfo } from '@anthropic-ai/claude-agent-sdk';
import type { CredentialKind, ErrorCode } from '@postern/contract';
import { type DelegatedOutcome, modelLine, modelOfWindow } from '../../credentials/index.ts';
import type { AuthVerdict } from '../child/index.ts';
import { windowOf } from './plan-window.ts';

/** What a turn with a sign-in of the program's own left behind; typed signals only. */
export interface DelegatedSigns {
  readonly kind: CredentialKind;
  readonly found: AuthVerdict;
  /** The SDK's word for the failure, and the status of the service's answer; null where no answer came. */
  readonly error: SDKAssistantMessageError | null;
  readonly apiStatus: number | null;
  /** The SDK's word for why it last repeated a call. */
  readonly retryError: SDKAssistantMessageError | null;
  readonly limit: SDKRateLimitInfo | null;
  /** It was stopped before a call that would have been paid as extra usage. */
  readonly goesOnInOverage: boolean;
  /** The model that was asked for; null: the program's default. */
  readonly model: string | null;
}

/** That the sign-in is at fault, under which code, and what is to be remembered of it. */
export interface DelegatedRefusal {
  readonly code: ErrorCode;
  readonly outcome: DelegatedOutcome;
}

/**
 * Whether a failed turn says that its sign-in cannot be used, so that another may take over. Null: the failure is not about the
 * sign-in, and another one would not help. Pure.
 * Source: `SDKAssistantMessageError` of the Agent SDK 0.3.330; profiles measured against the sandbox, a real account not tried.
 */
export function delegatedRefusal(signs: DelegatedSigns): DelegatedRefusal | null {
  if (signs.found === 'signed_out') return ended;
  if (signs.goesOnInOverage) return usedUp(signs);
  switch (signs.error) {
    case 'authentication_failed':
      return ended;
    case 'oauth_org_not_allowed':
      return { code: 'organization_not_allowed', outcome: { type: 'refused' } };
    case 'rate_limit':
      return usedUp(signs);
    case 'invalid_request':
      // Without an answer of the service it was the program that refused: a profile that has ended and cannot be renewed.
      return signs.kind === 'console_profile' && signs.apiStatus === null ? ended : null;
    case 'unknown':
      return signs.apiStatus === null && signs.retryError === 'authentication_failed' ? ended : null;
    default:
      return null;
  }
}

const ended: DelegatedRefusal = { code: 'reauthorization_required', outcome: { type: 'refused' } };

/** That the plan is used up; null where it still allows: a 429 is the ordinary brake then. */
export function usedUp({ limit, model }: Pick<DelegatedSigns, 'limit' | 'model'>): DelegatedRefusal | null {
  if (limit === null || (limit.status !== 'rejected' && limit.isUsingOverage !== true)) return null;
  const { window, resetsAtMs } = windowOf(limit);
  // That of extra usage is no reset of the plan.
  const planResetsAtMs = window === 'overage' ? null : resetsAtMs;
  // Which line the program's default belongs to is not known before it is asked: with it, all of the sign-in is on hold.
  const line = modelLine(model) === null ? null : modelOfWindow(window);
  return {
    code: 'plan_limit_reached',
    outcome: { type: 'limit_reached', model: line, resetsAtMs: planResetsAtMs },
  };
}
