import fc from 'fast-check';
import { expect, test } from 'vitest';
import { oauthErrorFields } from './oauth-error-fields.ts';

test('reads the error word and the request id out of both shapes', () => {
  expect(oauthErrorFields({ error: 'invalid_grant', error_description: 'Refresh token expired' })).toEqual({
    error: 'invalid_grant',
    requestId: null,
    isRfcShaped: true,
  });
  expect(
    oauthErrorFields({
      type: 'error',
      error: { type: 'authentication_error', message: 'OAuth token has expired' },
      request_id: 'req_011C',
    }),
  ).toEqual({ error: 'authentication_error', requestId: 'req_011C', isRfcShaped: false });
});

test.each([
  [null],
  ['invalid_grant'],
  [['invalid_grant']],
  [{ error: 'Invalid Grant' }],
  [{ error: 'x'.repeat(65) }],
  [{ error: { type: ['invalid_grant'] } }],
  [{ error: 'invalid_grant\nAuthorization: Bearer x', request_id: 'a b' }],
])('keeps nothing of %j', (body) => {
  expect(oauthErrorFields(body)).toEqual({ error: null, requestId: null, isRfcShaped: false });
});

test('F51 whatever a server echoes beside the error word does not leave', () => {
  const canary = 'sk-ant-oat01-CANARY';
  fc.assert(
    fc.property(
      fc.jsonValue(),
      fc.constantFrom('error_description', 'message', 'token', 'error'),
      (value, name) => {
        const body = { error: 'invalid_grant', request_id: 'req_1', [name]: [canary, value] };
        expect(JSON.stringify(oauthErrorFields(body))).not.toContain(canary);
      },
    ),
  );
});
