import type { SDKAssistantMessageError, TerminalReason } from '@anthropic-ai/claude-agent-sdk';
import { type ErrorCode, errorTable, type QueryEvent } from '@postern/contract';
import { instant } from '../../credentials/index.ts';
import { assertNever } from '../../errors/index.ts';

/** How a turn failed: a code of the table and what is particular to this time. */
export interface TurnFailure {
  readonly code: ErrorCode;
  readonly detail: string | null;
  /** When it is worth sending again (Unix ms), where the service said so. */
  readonly retryAtMs?: number | null;
}

/** Everything that is known of a turn without an answer. Typed signals only; no message text is interpreted. */
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
  /** Why the program ended the turn. */
  readonly terminalReason: TerminalReason | null;
  /** Of the last answer. */
  readonly stopReason: string | null;
  /** What the program said of it, fit to be shown. */
  readonly sentence: string | null;
}

/** The one code of a failed turn: what the user did, then what the gateway knows, then what the SDK says. Pure. */
export function turnFailure(signs: FailureSigns): TurnFailure {
  if (signs.cancelled) return { code: 'query_cancelled', detail: null };
  if (signs.givenUp !== null) return signs.givenUp;
  if (signs.passedThrough?.code === 'stream_interrupted') return signs.passedThrough;
  if (signs.interrupted) return { code: 'stream_interrupted', detail: null };
  const ended = endOfAnswer(signs);
  if (ended !== null) return { code: ended, detail: null };
  if (signs.passedThrough !== null) return signs.passedThrough;
  return { code: codeOf(signs.sdkError, signs.apiStatus), detail: signs.sentence };
}

/** The model's own end of the answer, where that is why the turn failed: the program's sentence would say the same in other words. */
function endOfAnswer({ stopReason, sdkError, terminalReason }: FailureSigns): ErrorCode | null {
  if (terminalReason === 'malformed_tool_use_exhausted') return 'tool_call_unreadable';
  if (terminalReason === 'prompt_too_long') return 'prompt_too_long';
  if (stopReason === 'refusal') return 'answer_refused';
  if (stopReason === 'model_context_window_exceeded') return 'context_window_full';
  return stopReason === 'max_tokens' || sdkError === 'max_output_tokens' ? 'output_limit_reached' : null;
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
      return 'upstream_overloaded';
    case 'server_error':
      return 'upstream_unavailable';
    case 'account_on_hold':
    case 'verification_required':
      return 'account_needs_attention';
    case 'model_not_found':
      return 'model_not_found';
    case 'max_output_tokens':
      return 'output_limit_reached';
    case 'invalid_request':
      return status === 413 ? 'request_too_large' : 'upstream_refused';
    case 'unknown':
    case null:
      if (status === null) return 'agent_failed';
      if (status === 529) return 'upstream_overloaded';
      if (status === 413) return 'request_too_large';
      return status >= 500 ? 'upstream_unavailable' : 'upstream_refused';
    default:
      return assertNever(error);
  }
}

/**
 * The event that ends the stream of a failed turn.
 * @param hasLostText what was shown of the answer is not in the history
 */
export function failureEvent(
  { code, detail, retryAtMs = null }: TurnFailure,
  hasLostText = false,
): QueryEvent {
  const { title, nextStep, retryable } = errorTable[code];
  return {
    event: 'error',
    data: {
      ...{ code, title, detail: detail ?? nextStep, retryable },
      ...(detail === null ? {} : { nextStep }),
      ...(retryAtMs === null ? {} : { retryAt: instant(retryAtMs) }),
      ...(hasLostText ? { kept: false } : {}),
    },
  };
}
