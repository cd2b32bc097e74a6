import { describe, expect, it } from 'vitest';
import { type FailureSigns, failureEvent, turnFailure } from './turn-failure.ts';

const nothing: FailureSigns = {
  cancelled: false,
  givenUp: null,
  interrupted: false,
  passedThrough: null,
  sdkError: null,
  apiStatus: null,
  terminalReason: null,
  stopReason: null,
  sentence: null,
};

describe('the code of a failed turn', () => {
  it.each([
    [{ cancelled: true, interrupted: true }, 'query_cancelled'],
    [
      { givenUp: { code: 'fallback_refused', detail: null }, sdkError: 'authentication_failed' },
      'fallback_refused',
    ],
    [
      { interrupted: true, passedThrough: { code: 'upstream_unavailable', detail: null } },
      'stream_interrupted',
    ],
    [{ passedThrough: { code: 'billing_problem', detail: null }, sdkError: 'unknown' }, 'billing_problem'],
    [{ sdkError: 'rate_limit' }, 'upstream_throttled'],
    [{ sdkError: 'overloaded' }, 'upstream_overloaded'],
    [{ sdkError: 'authentication_failed' }, 'no_working_credential'],
    [{ sdkError: 'model_not_found' }, 'model_not_found'],
    [{ sdkError: 'account_on_hold' }, 'account_needs_attention'],
    [{ sdkError: 'invalid_request', apiStatus: 413 }, 'request_too_large'],
    [{ sdkError: 'invalid_request', stopReason: 'refusal' }, 'answer_refused'],
    [{ sdkError: 'max_output_tokens', stopReason: 'max_tokens' }, 'output_limit_reached'],
    [{ sdkError: 'max_output_tokens', stopReason: 'model_context_window_exceeded' }, 'context_window_full'],
    [{ terminalReason: 'malformed_tool_use_exhausted', stopReason: 'tool_use' }, 'tool_call_unreadable'],
    [{ terminalReason: 'prompt_too_long' }, 'prompt_too_long'],
    [{ sdkError: 'unknown', apiStatus: 400 }, 'upstream_refused'],
    [{ sdkError: 'unknown', apiStatus: 529 }, 'upstream_overloaded'],
    [{}, 'agent_failed'],
  ] as const)('%j → %s', (signs, code) => {
    expect(turnFailure({ ...nothing, ...signs }).code).toBe(code);
  });

  it('comes with the service’s own words, the next step beside them, when to come back, and what is lost', () => {
    const failure = { code: 'upstream_throttled', detail: 'Slow down', retryAtMs: 1_000 } as const;
    expect(failureEvent(failure, true).data).toEqual({
      code: 'upstream_throttled',
      title: 'The service asks to slow down',
      detail: 'Slow down',
      nextStep: 'Wait a moment and send it again.',
      retryable: true,
      retryAt: '1970-01-01T00:00:01.000Z',
      kept: false,
    });
    expect(
      turnFailure({ ...nothing, sdkError: 'unknown', apiStatus: 400, sentence: 'API Error: 400 no' }).detail,
    ).toBe('API Error: 400 no');
  });

  it('is printed with the sentence of the table', () => {
    expect(failureEvent({ code: 'query_cancelled', detail: null })).toEqual({
      event: 'error',
      data: {
        code: 'query_cancelled',
        title: 'The query was stopped',
        detail: 'The conversation can go on.',
        retryable: false,
      },
    });
  });
});
