import type { OAuthConfiguration } from './oauth-client.ts';

/**
 * The `prompt` of an authorization request, or null for none. Where OpenID Connect and a refresh token are asked for, it is `consent`:
 * a server may leave out the refresh token without it, and say nothing. A choice of accounts is asked for only where the server says
 * that it has one.
 * @param offered what the server takes; null where it does not say
 * Source: OpenID Connect Core 1.0, section 11; OpenID Connect Prompt Create 1.0, section 4.1.
 */
export function promptOf(
  { scopes, prompt }: Pick<OAuthConfiguration, 'scopes' | 'prompt'>,
  offered: readonly string[] | null,
  selectAccount: boolean,
): string | null {
  const asksOffline = scopes.includes('openid') && scopes.includes('offline_access');
  const consents = prompt === 'auto' && asksOffline && (offered === null || offered.includes('consent'));
  const words = [
    selectAccount && offered?.includes('select_account') === true ? 'select_account' : null,
    consents || prompt === 'consent' ? 'consent' : null,
  ];
  return words.filter((word) => word !== null).join(' ') || null;
}
