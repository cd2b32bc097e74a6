import type { SDKAssistantMessageError } from '@anthropic-ai/claude-agent-sdk';
import { type ErrorCode, errorTable, type QueryEvent } from '@postern/contract';
import { assertNever } from '../../errors/index.ts';

/** How a turn failed: a code of the table and what is particular to this time. */
export interface TurnFailure {
  readonly code: ErrorCode;
  readonly detail: string | null;
}

/** Everything that is known of a turn that brought no answer. Typed signals only; nobody's sentence is read. */
export interface FailureSigns {
  readonly cancelled: boolean;
  /** The gateway gave up and said why. */
  readonly givenUp: TurnFailure | null;
  /** An answer broke off after its first byte. */
  readonly interrupted: boolean;
  /** The last error of upstream that the gateway passed through and no later call made good. */
  readonly passedThrough: TurnFailure | null;
  /** The SDK's own word, and the status it saw. */
  readonly sdkError: SDKAssistantMessageError | null;
  readonly apiStatus: number | null;
}

/** The one code of a failed turn: what a person did, then what the gateway knows, then what the SDK says. Pure. */
export function turnFailure(signs: FailureSigns): TurnFailure {
  if (signs.cancelled) return { code: 'query_cancelled', detail: null };
  if (signs.givenUp !== null) return signs.givenUp;
  if (signs.interrupted) return { code: 'stream_interrupted', detail: null };
  if (signs.passedThrough !== null) return signs.passedThrough;
  return { code: codeOf(signs.sdkError, signs.apiStatus), detail: null };
}

function codeOf(error: SDKAssistantMessageError | null, status: number | null): ErrorCode {
  switch (error) {
    case 'authentication_failed':
    case 'cloud_credential_error':
      return 'no_working_credential';
    case 'oauth_org_not_allowed':
      return 'organization_not_allowed';
    case 'billing_error':
      return 'billing_problem';
    case 'rate_limit':
      return 'upstream_throttled';
    case 'overloaded':
    case 'server_error':
      return 'upstream_unavailable';
    case 'account_on_hold':
    case 'verification_required':
    case 'invalid_request':
    case 'model_not_found':
      return 'upstream_refused';
    case 'unknown':
    case 'max_output_tokens':
    case null:
      if (status === null) return 'agent_failed';
      return status >= 500 ? 'upstream_unavailable' : 'upstream_refused';
    default:
      return assertNever(error);
  }
}

/** The event that ends the stream of a failed turn. */
export function failureEvent(failure: TurnFailure): QueryEvent {
  const { title, nextStep, retryable } = errorTable[failure.code];
  return {
    event: 'error',
    data: { code: failure.code, title, detail: failure.detail ?? nextStep, retryable },
  };
}
