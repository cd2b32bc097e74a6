import type { Account } from '../credentials/index.ts';

const longestText = 320;

/**
 * Whose sign-in it is, where the token response says: `account{email_address}`, `organization{name}`, `connection_id`.
 * Source: facts of the vendor's dialect, docs/anthropic-oauth.md.
 */
export function accountOf(body: Readonly<Record<string, unknown>>): Account | null {
  const email = shortText(memberOf(body['account'], 'email_address'));
  const organization = shortText(memberOf(body['organization'], 'name'));
  const given = body['connection_id'];
  const connectionId = typeof given === 'string' && /^[\w-]{1,128}$/.test(given) ? given : null;
  if (email === null && organization === null && connectionId === null) return null;
  return { email, organization, ...(connectionId !== null && { connectionId }) };
}

/**
 * Whose sign-in it is, by the claims of an id token or of the userinfo endpoint. Source: OpenID Connect Core 1.0, section 5.1.
 */
export function accountOfClaims(claims: Readonly<Record<string, unknown>>): Account | null {
  const email = shortText(claims['email']);
  const name = shortText(claims['name']) ?? shortText(claims['preferred_username']);
  if (email === null && name === null) return null;
  return { email, organization: null, ...(name !== null && { name }) };
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/** Text for a screen: bounded, without control, direction and half characters; null where nothing is left. */
function shortText(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const text = value.slice(0, longestText).replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '');
  return text.trim() === '' ? null : text.trim();
}
