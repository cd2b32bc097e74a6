import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import type { BoundToken } from '../dpop/index.ts';
import type { HeaderRecord, ResolvedCredential } from '../selection/index.ts';

/** What a credential puts on a request; exactly one of the two. */
type CredentialHeader = { readonly authorization: string } | { readonly 'x-api-key': string };

const forwarded = new Set(['content-type', 'accept', 'user-agent', 'x-app', 'idempotency-key']);
const forwardedPrefixes = ['anthropic-', 'x-stainless-', 'x-claude-'];

/** Source: @anthropic-ai/sdk 1.12.0, and the vendor's command line, `cmd_auth.go`. */
const oauthBeta = 'oauth-2025-04-20';

/**
 * The headers that go upstream: those of the program that matter there, and one credential. An allow-list, so that neither
 * the program's own secret nor a cookie nor a hop-by-hop header can pass.
 */
export function upstreamHeaders(
  incoming: IncomingHttpHeaders,
  resolved: ResolvedCredential,
): Record<string, string> {
  const credential = credentialHeader(resolved);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming)) {
    if (value === undefined) continue;
    if (forwarded.has(name) || forwardedPrefixes.some((prefix) => name.startsWith(prefix)))
      headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  const betas = betasFor(credential, headers['anthropic-beta'] ?? '');
  delete headers['anthropic-beta'];
  if (betas !== '') headers['anthropic-beta'] = betas;
  // Read as it passes, for what was used: compressed it could not be.
  headers['accept-encoding'] = 'identity';
  return { ...headers, ...credential };
}

function credentialHeader(resolved: ResolvedCredential): CredentialHeader {
  if (resolved.kind !== 'oauth') return { 'x-api-key': resolved.key.reveal() };
  const scheme = resolved.proofKey === undefined ? 'Bearer' : 'DPoP';
  return { authorization: `${scheme} ${resolved.accessToken.reveal()}` };
}

/** The token whose key each try of a request must prove; null for what is sent without a proof. */
export function boundTokenOf(resolved: ResolvedCredential): BoundToken | null {
  if (resolved.kind !== 'oauth' || resolved.proofKey === undefined) return null;
  return { accessToken: resolved.accessToken, proofKey: resolved.proofKey };
}

/** As the program wrote it, byte for byte, but for the one beta that goes with a token, and with nothing else. */
function betasFor(credential: CredentialHeader, header: string): string {
  const isOAuthBeta = (beta: string): boolean => beta.trim() === oauthBeta;
  const betas = header.split(',');
  if ('authorization' in credential) {
    if (betas.some(isOAuthBeta)) return header;
    return header.trim() === '' ? oauthBeta : `${header},${oauthBeta}`;
  }
  if (!betas.some(isOAuthBeta)) return header;
  return betas
    .filter((beta) => !isOAuthBeta(beta))
    .join(',')
    .trim();
}

const keptBack = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  // For a browser or for the credential's owner, not for the program.
  'set-cookie',
  'www-authenticate',
  'dpop-nonce',
  'alt-svc',
  'strict-transport-security',
  // The program must not carry its secret to where a redirect points.
  'location',
]);

/** The headers of an upstream answer that the program may see. */
export function downstreamHeaders(upstream: HeaderRecord): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = {};
  for (const [name, value] of Object.entries(upstream)) {
    if (value === undefined || keptBack.has(name) || name.startsWith('access-control-')) continue;
    headers[name] = typeof value === 'string' ? value : [...value];
  }
  return headers;
}
