import { Secret } from '../secret/index.ts';
import { accountOf } from './account-of.ts';
import { hasDuplicateKeys } from './has-duplicate-keys.ts';
import { type IdTokenExpectation, identityOf } from './id-token.ts';
import type { TokenGrant } from './oauth-client.ts';

/** The answer is no valid token response. The message says why in our words; nothing of the answer is in it. */
export class UnusableTokenResponse extends Error {
  override readonly name = 'UnusableTokenResponse';
}

/** What was asked, for what the answer leaves out. */
export interface TokenContext {
  /** Scopes that hold where the answer names none. Source: RFC 6749, section 5.1. */
  readonly scopes: readonly string[];
  /** Unix ms, read before the request was sent. */
  readonly issuedAtMs: number;
  /** What an id token in it must match. */
  readonly idToken: Omit<IdTokenExpectation, 'nowMs'>;
  /** The request carried a proof of this key: the tokens must be bound to it. */
  readonly proofKey?: Secret | undefined;
}

const missingLifeSeconds = 300;
const longestLifeSeconds = 365 * 24 * 3600;
const longestLoginSeconds = 10 * longestLifeSeconds;
const longestToken = 16 * 1024;

/**
 * The grant in the body of a 2xx of the token endpoint. Our own checks come first, then `process` (oauth4webapi's). Members
 * that are null count as left out. An `id_token` only names the account; one that must not be trusted names no one. A life below a second is refused:
 * such a token is expired before it is used, and would be renewed forever.
 * Source: RFC 6749, section 5.1; docs/spec/faults.md#token-endpoint, F15 to F17, F22, F23.
 * @throws UnusableTokenResponse
 */
export async function readTokenResponse(
  text: string,
  context: TokenContext,
  process: (response: Response) => Promise<unknown>,
): Promise<TokenGrant> {
  const body = jsonObject(text);
  if (given(body['error'])) throw new UnusableTokenResponse('it is an error');
  const accessToken = body['access_token'];
  if (isTooLong(accessToken))
    throw new UnusableTokenResponse(`its access token is longer than ${longestToken} characters`);
  if (!isToken(accessToken)) throw new UnusableTokenResponse('it has no access token');
  const tokenType = body['token_type'];
  const wanted = context.proofKey === undefined ? 'Bearer' : 'DPoP';
  if (typeof tokenType !== 'string' || tokenType.toLowerCase() !== wanted.toLowerCase())
    throw new UnusableTokenResponse(`its token type is not ${wanted}`);
  // An empty one is how some servers say that there is no new one.
  const refreshToken = given(body['refresh_token']) ? body['refresh_token'] : '';
  if (isTooLong(refreshToken))
    throw new UnusableTokenResponse(`its refresh token is longer than ${longestToken} characters`);
  if (refreshToken !== '' && !isToken(refreshToken))
    throw new UnusableTokenResponse('its refresh token cannot be sent');
  const scope = given(body['scope']) ? body['scope'] : null;
  if (scope !== null && typeof scope !== 'string') throw new UnusableTokenResponse('its scope is no text');
  const seconds = lifeSeconds(body['expires_in']);
  await processed(process, {
    access_token: accessToken,
    token_type: tokenType,
    expires_in: seconds,
    ...(refreshToken !== '' && { refresh_token: refreshToken }),
    ...(scope !== null && { scope }),
  });
  const identity = identityOf(body['id_token'], { ...context.idToken, nowMs: context.issuedAtMs });
  return {
    tokens: {
      accessToken: new Secret(accessToken),
      refreshToken: refreshToken === '' ? null : new Secret(refreshToken),
      tokenType: wanted,
      scopes: scope === null ? context.scopes : scopesOf(scope),
      issuedAtMs: context.issuedAtMs,
      expiresAtMs: context.issuedAtMs + Math.floor(seconds * 1000),
      loginEndsAtMs: loginEndsAtMs(body['refresh_token_expires_in'], context.issuedAtMs),
      ...(context.proofKey !== undefined && { proofKey: context.proofKey }),
    },
    account: accountOf(body) ?? identity?.account ?? null,
    subject: identity?.subject ?? null,
  };
}

function jsonObject(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UnusableTokenResponse('it is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new UnusableTokenResponse('it is no JSON object');
  if (hasDuplicateKeys(text)) throw new UnusableTokenResponse('it names a member twice');
  return value as Record<string, unknown>;
}

/** oauth4webapi puts the whole body into its errors, so they go no further than this. */
async function processed(
  process: (response: Response) => Promise<unknown>,
  members: Readonly<Record<string, unknown>>,
): Promise<void> {
  try {
    await process(Response.json(members));
  } catch {
    throw new UnusableTokenResponse('it does not conform');
  }
}

/** At most a year; 300 where the answer does not say. */
function lifeSeconds(value: unknown): number {
  if (!given(value)) return missingLifeSeconds;
  const seconds = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  if (typeof seconds !== 'number' || !(seconds >= 1)) throw new UnusableTokenResponse('its life is no time');
  return Math.min(seconds, longestLifeSeconds);
}

function loginEndsAtMs(seconds: unknown, issuedAtMs: number): number | null {
  if (typeof seconds !== 'number' || !(seconds > 0)) return null;
  return issuedAtMs + Math.floor(Math.min(seconds, longestLoginSeconds) * 1000);
}

function isTooLong(value: unknown): boolean {
  return typeof value === 'string' && value.length > longestToken;
}

/** Source: RFC 6749, appendices A.12 and A.17, without the blank, which no header could carry. */
function isToken(value: unknown): value is string {
  return typeof value === 'string' && value.length <= longestToken && /^[!-~]+$/.test(value);
}

function given(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function scopesOf(scope: string): readonly string[] {
  return [...new Set(scope.split(' ').filter((each) => /^[!#-[\]-~]{1,256}$/.test(each)))].slice(0, 100);
}
