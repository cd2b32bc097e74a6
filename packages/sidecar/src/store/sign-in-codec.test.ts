import { type ErrorCode, errorTable } from '@postern/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canarySignIn, shown } from '../../test/support/store/harness.ts';
import { bypassTriggers, type SignIn, signInStatuses } from '../credentials/index.ts';
import { Secret } from '../secret/index.ts';
import { signInCodec } from './sign-in-codec.ts';

const secret = fc.string({ minLength: 1 }).map((value) => new Secret(value));
const ms = fc.integer({ min: -1, max: 2 ** 50 });
const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const scope = fc.stringMatching(/^[!#-[\]-~]{1,20}$/);

const signIns: fc.Arbitrary<SignIn> = fc.record({
  version: fc.nat(),
  status: fc.constantFrom(...signInStatuses),
  reason: orNull(fc.constantFrom('refresh_rejected' as const, 'interrupted_refresh' as const)),
  tokens: orNull(
    fc.record(
      {
        accessToken: secret,
        refreshToken: orNull(secret),
        tokenType: fc.string(),
        scopes: fc.array(scope),
        issuedAtMs: ms,
        expiresAtMs: ms,
        loginEndsAtMs: orNull(ms),
        proofKey: secret,
      },
      {
        requiredKeys: [
          'accessToken',
          'refreshToken',
          'tokenType',
          'scopes',
          'issuedAtMs',
          'expiresAtMs',
          'loginEndsAtMs',
        ],
      },
    ),
  ),
  issuer: orNull(fc.string()),
  clientId: orNull(fc.string()),
  account: orNull(fc.record({ email: orNull(fc.string()), organization: orNull(fc.string()) })),
  failedAttempt: orNull(
    fc.record(
      {
        code: fc.constantFrom(...(Object.keys(errorTable) as ErrorCode[])),
        atMs: ms,
        count: fc.nat(),
        retryAtMs: ms,
        triedOutside: fc.subarray([...bypassTriggers]),
      },
      { requiredKeys: ['code', 'atMs', 'count', 'retryAtMs'] },
    ),
  ),
  intent: orNull(
    fc.record({
      refreshTokenFingerprint: fc.string(),
      atMs: ms,
      unanswered: fc.boolean(),
      triedLate: fc.boolean(),
    }),
  ),
  acceptedAtMs: orNull(ms),
  cooldown: orNull(fc.record({ untilMs: ms, version: fc.nat() })),
});

test('every sign-in comes back from its text as it was', () => {
  fc.assert(
    fc.property(signIns, (record) => {
      expect(shown(signInCodec.fromText(signInCodec.toText(record)))).toEqual(shown(record));
    }),
  );
});

test('the text carries the names of the plan and the RFCs', () => {
  expect(JSON.parse(signInCodec.toText(canarySignIn()))).toMatchObject({
    version: 1,
    tokens: {
      anthropic_oauth_access_token: expect.any(String),
      anthropic_oauth_refresh_token: expect.any(String),
      expires_at: 1_764_003_600_000,
      token_type: 'Bearer',
      scope: 'user:inference user:profile',
    },
    issuer: 'https://login.example',
    client_id: 'client',
    account: { email: 'ada@example.org' },
  });
});

test.each([
  ['no JSON', '{'],
  ['null', 'null'],
  ['another shape', '{"version":1}'],
  ['an unknown status', signInCodec.toText(canarySignIn()).replace('"active"', '"refreshing"')],
  ['an empty token', signInCodec.toText(canarySignIn()).replace(/"access 1[^"]*"/, '""')],
])('%s is no sign-in', (_, text) => {
  expect(() => signInCodec.fromText(text)).toThrow();
});
