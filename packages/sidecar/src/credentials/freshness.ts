import type { FailedAttempt, Tokens } from './sign-in.ts';

export type Freshness = 'fresh' | 'expiring' | 'expired';

const freshAboveMs = 10 * 60_000;
const expiredBelowMs = 60_000;
/** Clocks of a machine are put right by less than this all the time. */
const clockToleranceMs = 5_000;

/**
 * How fresh an access token is, by what is left of its life:
 * fresh above the smaller of 10 min and half the granted life (serve),
 * expired below the smaller of 60 s and a tenth of it (refresh first),
 * expiring between (serve, and refresh behind).
 */
export function freshness(tokens: Pick<Tokens, 'issuedAtMs' | 'expiresAtMs'>, nowMs: number): Freshness {
  // A clock that was set back cannot lengthen a life: never more is left than was granted.
  const left = Math.min(tokens.expiresAtMs - nowMs, granted(tokens));
  if (left <= expiredMarginMs(tokens)) return 'expired';
  return left > freshMarginMs(tokens) ? 'fresh' : 'expiring';
}

/** Unix ms at which an access token stops being fresh. */
export function renewalDueAtMs(tokens: Pick<Tokens, 'issuedAtMs' | 'expiresAtMs'>): number {
  return tokens.expiresAtMs - freshMarginMs(tokens);
}

/** Less than 10 minutes left and not refreshable, or the login's end less than 3 days away (docs/spec/contract.md#status). */
export function expiresSoon(
  tokens: Pick<Tokens, 'expiresAtMs' | 'loginEndsAtMs'>,
  refreshable: boolean,
  nowMs: number,
): boolean {
  const loginEndsSoon = tokens.loginEndsAtMs !== null && tokens.loginEndsAtMs - nowMs < 3 * 24 * 3_600_000;
  return loginEndsSoon || (!refreshable && tokens.expiresAtMs - nowMs < freshAboveMs);
}

function granted(tokens: Pick<Tokens, 'issuedAtMs' | 'expiresAtMs'>): number {
  return tokens.expiresAtMs - tokens.issuedAtMs;
}

function freshMarginMs(tokens: Pick<Tokens, 'issuedAtMs' | 'expiresAtMs'>): number {
  return Math.min(freshAboveMs, granted(tokens) / 2);
}

function expiredMarginMs(tokens: Pick<Tokens, 'issuedAtMs' | 'expiresAtMs'>): number {
  return Math.min(expiredBelowMs, granted(tokens) / 10);
}

/** True where the token must not be served without a refresh first. */
export function expired(tokens: Pick<Tokens, 'issuedAtMs' | 'expiresAtMs'>, nowMs: number): boolean {
  return freshness(tokens, nowMs) === 'expired';
}

/**
 * Unix ms until which a failed attempt asks to back off; null where it does not, or no longer. An attempt that lies in the future was
 * made under a clock that was set back since: its back-off would last as long as the clock was wrong.
 */
export function backoffUntilMs(attempt: FailedAttempt | null, nowMs: number): number | null {
  if (attempt === null || attempt.retryAtMs <= nowMs) return null;
  return attempt.atMs > nowMs + clockToleranceMs ? null : attempt.retryAtMs;
}
