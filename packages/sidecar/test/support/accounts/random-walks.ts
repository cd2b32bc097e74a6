/** Random lifecycles of a sign-in: every fact of the lifecycle table, moves of the clock, cooldowns. */
import fc from 'fast-check';
import type { SignIn } from '../../../src/credentials/index.ts';
import type { Fact } from '../../../src/credentials/lifecycle.ts';
import { issuer, type StrictServer } from '../access-token/fakes.ts';

const minute = 60_000;

/** One thing that happens. */
export type Move =
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'fact'; readonly fact: (record: SignIn, server: StrictServer, nowMs: number) => Fact }
  | { readonly do: 'cool_down'; readonly ms: number; readonly model: string | null };

/** Moves of the clock, some of them back. */
const passing = fc
  .oneof(
    fc.integer({ min: 0, max: 2 * minute }),
    fc.integer({ min: 45 * minute, max: 90 * minute }),
    fc.integer({ min: -120 * minute, max: 0 }),
  )
  .map((ms): Move => ({ do: 'pass', ms }));
const cooling = fc
  .record({ ms: fc.integer({ min: -minute, max: 60 * minute }), model: fc.constantFrom(null, 'opus') })
  .map((more): Move => ({ do: 'cool_down', ...more }));

const grantOf = (server: StrictServer, isBare: boolean) => {
  const { tokens, account } = server.grant();
  return { tokens: isBare ? { ...tokens, refreshToken: null } : tokens, account };
};
const failedCode = fc.constantFrom(
  ...(['refresh_unavailable', 'refresh_uncertain', 'misconfigured'] as const),
);
/** Every fact of the lifecycle table; one in six is about an earlier version. */
const facts = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.boolean().map((isBare): Move => {
      return {
        do: 'fact',
        fact: (_record, server) => ({
          type: 'tokens_issued',
          ...grantOf(server, isBare),
          issuer,
          clientId: 'client',
        }),
      };
    }),
  },
  {
    weight: 3,
    arbitrary: fc
      .record({
        type: fc.constantFrom(
          ...([
            'tokens_refreshed',
            'refreshed_elsewhere',
            'refresh_failed',
            'refresh_misconfigured',
            'refresh_rejected',
            'access_token_rejected',
            'access_token_rejected_again',
            'access_token_accepted',
            'signed_out',
          ] as const),
        ),
        code: failedCode,
        retryMs: fc.integer({ min: 0, max: 30 * minute }),
        isStale: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
        isSpent: fc.boolean(),
        isBare: fc.boolean(),
      })
      .map(({ type, code, retryMs, isStale, isSpent, isBare }): Move => {
        return {
          do: 'fact',
          fact: (record, server, nowMs) => {
            const version = isStale ? record.version - 1 : record.version;
            const attempt = { code, atMs: nowMs, count: 1, retryAtMs: nowMs + retryMs };
            const intent = isSpent
              ? { refreshTokenFingerprint: 'f', atMs: nowMs, unanswered: true, triedLate: false }
              : null;
            switch (type) {
              case 'tokens_refreshed':
                return { type, version, ...grantOf(server, isBare) };
              case 'refreshed_elsewhere': {
                const newer = {
                  ...record,
                  version: record.version + 1,
                  status: 'active',
                  intent: null,
                } as const;
                return { type, newer: record.tokens === null ? record : newer };
              }
              case 'refresh_failed':
                return { type, version, attempt, intent };
              case 'refresh_misconfigured':
                return { type, version, attempt: { ...attempt, code: 'misconfigured' }, intent };
              case 'refresh_rejected':
                return { type, version, interrupted: isSpent, atMs: nowMs };
              case 'access_token_rejected':
                return { type, version };
              case 'access_token_rejected_again':
              case 'access_token_accepted':
                return { type, version, atMs: nowMs };
              case 'signed_out':
                return { type };
            }
          },
        };
      }),
  },
);
/** What happens to one sign-in, one thing after the other. */
export const walks = fc.array(fc.oneof(facts, facts, passing, cooling), { minLength: 1, maxLength: 14 });
