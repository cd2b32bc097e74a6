import { describe, expect, it } from 'vitest';
import { type FailureSigns, failureEvent, turnFailure } from './turn-failure.ts';

const nothing: FailureSigns = {
  cancelled: false,
  givenUp: null,
  interrupted: false,
  passedThrough: null,
  sdkError: null,
  apiStatus: null,
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
    [{ sdkError: 'overloaded' }, 'upstream_unavailable'],
    [{ sdkError: 'authentication_failed' }, 'no_working_credential'],
    [{ sdkError: 'model_not_found' }, 'upstream_refused'],
    [{ sdkError: 'unknown', apiStatus: 400 }, 'upstream_refused'],
    [{ sdkError: 'unknown', apiStatus: 529 }, 'upstream_unavailable'],
    [{}, 'agent_failed'],
  ] as const)('%j → %s', (signs, code) => {
    expect(turnFailure({ ...nothing, ...signs }).code).toBe(code);
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
