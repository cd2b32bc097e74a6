import type { Account } from '../credentials/index.ts';
import { accountOfClaims } from './account-of.ts';

/** What an id token must match to be believed. */
export interface IdTokenExpectation {
  /** Null: no issuer is known, so no id token can be believed. */
  readonly issuer: string | null;
  readonly clientId: string;
  /** Null: none was sent. */
  readonly nonce: string | null;
  /** Unix ms. */
  readonly nowMs: number;
}

/** Whose sign-in it is, by an id token that was checked. */
export interface Identity {
  readonly subject: string;
  readonly account: Account | null;
}

const longestIdToken = 16 * 1024;
const leewayMs = 60_000;

/**
 * The identity in an id token, or null where there is none or it must not be believed: another issuer or audience, expired, or of
 * another request. It came straight from the token endpoint over TLS (or loopback), which OpenID Connect lets stand for its signature.
 * It names an account on a screen and decides nothing else.
 * Source: OpenID Connect Core 1.0, section 3.1.3.7, rules 2 to 6, 9 and 11.
 */
export function identityOf(idToken: unknown, expected: IdTokenExpectation): Identity | null {
  const claims = claimsOf(idToken);
  if (claims === null || expected.issuer === null || claims['iss'] !== expected.issuer) return null;
  const { aud, azp, exp, nonce, sub } = claims;
  const audiences: unknown[] = Array.isArray(aud) ? aud : [aud];
  if (!audiences.includes(expected.clientId)) return null;
  if ((audiences.length > 1 || azp !== undefined) && azp !== expected.clientId) return null;
  if (typeof exp !== 'number' || exp * 1000 + leewayMs <= expected.nowMs) return null;
  if (expected.nonce !== null && nonce !== expected.nonce) return null;
  if (typeof sub !== 'string' || sub === '' || sub.length > 255) return null;
  return { subject: sub, account: accountOfClaims(claims) };
}

function claimsOf(idToken: unknown): Readonly<Record<string, unknown>> | null {
  if (typeof idToken !== 'string' || idToken.length > longestIdToken) return null;
  const [, payload, signature, more] = idToken.split('.');
  if (payload === undefined || signature === undefined || more !== undefined) return null;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null && !Array.isArray(claims)
      ? (claims as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
