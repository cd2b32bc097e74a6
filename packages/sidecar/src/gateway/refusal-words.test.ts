import { describe, expect, it } from 'vitest';
import { refusalWords, settledWords } from './refusal-words.ts';

const nowMs = Date.parse('2026-11-28T12:00:00Z');
const body = (type: string, message: string): string =>
  JSON.stringify({ type: 'error', error: { type, message } });

function words(status: number, text: string, more: Partial<Parameters<typeof refusalWords>[0]> = {}) {
  return refusalWords({ meaning: 'request_fault', status, headers: {}, body: text, nowMs, ...more });
}

describe('a refusal that is passed on', () => {
  it.each([
    [404, body('not_found_error', 'model: claude-nine'), 'model_not_found'],
    [404, body('not_found_error', 'no such file'), 'upstream_refused'],
    [
      400,
      body('invalid_request_error', 'prompt is too long: 250000 tokens > 200000 maximum'),
      'prompt_too_long',
    ],
    [413, body('request_too_large', 'Request exceeds the maximum size'), 'request_too_large'],
    [413, '<html>', 'request_too_large'],
    [400, body('invalid_request_error', 'messages: at least one is required'), 'upstream_refused'],
  ])('with %i and %s is %s', (status, text, code) => {
    expect(words(status, text).code).toBe(code);
  });

  it('says when it may be sent again', () => {
    const limited = words(429, body('rate_limit_error', 'Slow down'), {
      meaning: 'throttled',
      headers: { 'retry-after': '600' },
    });
    expect(limited).toEqual({ code: 'upstream_throttled', detail: 'Slow down', retryAtMs: nowMs + 600_000 });
    expect(words(529, body('overloaded_error', 'Overloaded'), { meaning: 'transient' }).code).toBe(
      'upstream_overloaded',
    );
    expect(words(503, '', { meaning: 'transient' })).toEqual({
      code: 'upstream_unavailable',
      detail: null,
      retryAtMs: null,
    });
  });

  it('tells the service’s own reason on one bounded line, without a secret and without control characters', () => {
    const long = `Key sk-ant-api03-${'x'.repeat(40)} is\nnot\u001b[31m good. ${'and so on '.repeat(200)}`;
    const { detail } = words(400, body('invalid_request_error', long));
    expect(detail).toMatch(/^Key .* is not⟨U\+001B⟩\[31m good\./);
    expect(detail).not.toContain('sk-ant-api03-x');
    expect(detail?.length).toBeLessThanOrEqual(500);
  });
});

describe('a refusal that is settled', () => {
  const settled = (meaning: 'money' | 'account_fault' | 'bad_key', text: string, code?: string) =>
    settledWords({ meaning, code, status: 400, headers: {}, body: text, nowMs });
  const poor = body('invalid_request_error', 'Your credit balance is too low to access the Anthropic API.');

  it('about money or the account has the service’s own reason, of a known code ours, and says where there is none', () => {
    expect(settled('money', poor)).toBe('Your credit balance is too low to access the Anthropic API.');
    expect(settled('money', poor, 'organization_on_hold')).toMatch(/^The organization was put on hold\./);
    expect(settled('account_fault', body('x', `Key sk-ant-api03-${'x'.repeat(40)}`))).not.toContain('03-x');
    expect(settled('money', '')).toBe('The service gave no reason (status 400).');
  });

  it('about the credential has none of its own', () => {
    expect(settled('bad_key', body('authentication_error', 'invalid x-api-key'))).toBeNull();
  });
});
