import type { Tokens } from '../credentials/index.ts';
import { Secret } from '../secret/index.ts';

/** A token that was given without a word about its life counts as good for this long, then it is asked for again. */
const unknownLifeMs = 300_000;
const longestToken = 16 * 1024;
const longestLifeMs = 365 * 24 * 3_600_000;
/** Numbers above it are Unix milliseconds: in seconds it is the year 5138. */
const leastMs = 100_000_000_000;

/** What a source gave is no access token; the message says why and holds nothing of it. */
export class UnusableSuppliedToken extends Error {
  override readonly name = 'UnusableSuppliedToken';
}

/**
 * The access token a program printed or a file holds: bare, or `{access_token, expires_in | expires_at, scope?}`, where `expires_at` is
 * Unix seconds or milliseconds, or ISO 8601. A bare JWT ends when it says. Whatever else is in it is ignored.
 * @throws UnusableSuppliedToken
 */
export function readSuppliedToken(text: string, nowMs: number): Tokens {
  const given = text.startsWith('{') ? objectOf(text) : { access_token: text };
  const token = given['access_token'];
  if (typeof token !== 'string' || !/^[!-~]+$/.test(token))
    throw new UnusableSuppliedToken('there is no access token in it');
  if (token.length > longestToken)
    throw new UnusableSuppliedToken(`its access token is longer than ${longestToken} characters`);
  const expiresAtMs = Math.min(endOf(given, token, nowMs), nowMs + longestLifeMs);
  if (expiresAtMs <= nowMs) throw new UnusableSuppliedToken('its access token has ended already');
  const scope = given['scope'];
  return {
    accessToken: new Secret(token),
    refreshToken: null,
    tokenType: 'Bearer',
    scopes:
      typeof scope === 'string' ? scope.split(' ').filter((each) => /^[!#-[\]-~]{1,256}$/.test(each)) : [],
    issuedAtMs: nowMs,
    expiresAtMs,
    loginEndsAtMs: null,
  };
}

function objectOf(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw new UnusableSuppliedToken('it begins like JSON and is none');
  }
}

function endOf(given: Readonly<Record<string, unknown>>, token: string, nowMs: number): number {
  const { expires_in: life, expires_at: end } = given;
  if (life !== undefined && life !== null) return nowMs + numberOf(life, 'expires_in') * 1000;
  if (end === undefined || end === null) return jwtEndMs(token) ?? nowMs + unknownLifeMs;
  if (typeof end === 'string' && !/^\d+(\.\d+)?$/.test(end)) {
    const instant = Date.parse(end);
    if (Number.isNaN(instant)) throw new UnusableSuppliedToken('its expires_at is no time');
    return instant;
  }
  const number = numberOf(end, 'expires_at');
  return number > leastMs ? number : number * 1000;
}

function numberOf(value: unknown, name: string): number {
  const number = typeof value === 'string' && /^\d{1,15}(\.\d+)?$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number))
    throw new UnusableSuppliedToken(`its ${name} is no number`);
  return number;
}

/** When a JWT says that it ends; only read to ask for the next one in time. */
function jwtEndMs(token: string): number | null {
  const [, payload, signature] = token.split('.');
  if (payload === undefined || signature === undefined) return null;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    const exp = (claims as { exp?: unknown } | null)?.exp;
    return typeof exp === 'number' && Number.isFinite(exp) ? exp * 1000 : null;
  } catch {
    return null;
  }
}
