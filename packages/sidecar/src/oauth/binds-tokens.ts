import type { AuthorizationServer } from 'oauth4webapi';
import { proofAlgorithm } from '../dpop/index.ts';
import type { OAuthConfiguration } from './oauth-client.ts';

const afterwards = 'A sign-in there would end with an error after you agreed.';

/**
 * Whether the tokens of this server are bound to a key of the sign-in (DPoP): where it demands that, or the operator does. A sentence
 * where Postern cannot do what is demanded. A server that merely offers it gets bearer tokens, which every service takes. Pure.
 */
export function bindsTokens(
  { dpop, namedBy }: Pick<OAuthConfiguration, 'dpop' | 'namedBy'>,
  server: AuthorizationServer,
): boolean | string {
  const demands = demandsBinding(server);
  if (!demands && dpop !== 'require') return false;
  if (namedBy === 'mcp_server')
    return `It demands DPoP (RFC 9449), which Postern cannot do at an MCP server. ${afterwards}`;
  if (dpop === 'off') return 'It demands DPoP (RFC 9449), and POSTERN_OAUTH_DPOP is off.';
  const algorithms: unknown = server.dpop_signing_alg_values_supported;
  if (Array.isArray(algorithms) && algorithms.includes(proofAlgorithm)) return true;
  return demands
    ? `It demands DPoP (RFC 9449), and does not say that it takes ${proofAlgorithm}, the only algorithm that Postern has for it. ${afterwards}`
    : `It does not say that it takes DPoP (RFC 9449) with ${proofAlgorithm}, and POSTERN_OAUTH_DPOP is require.`;
}

/**
 * No standard member says that DPoP is demanded of every client; AT Protocol, whose scope gives it away, demands it.
 * Source: AT Protocol specification, "OAuth".
 */
function demandsBinding(server: AuthorizationServer): boolean {
  const scopes: unknown = server.scopes_supported;
  const isAtproto = Array.isArray(scopes) && scopes.includes('atproto');
  return isAtproto || server['dpop_bound_access_tokens_required'] === true;
}
