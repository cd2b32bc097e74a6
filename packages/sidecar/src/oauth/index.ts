/** The protocol: authorization request, redirect listener, token endpoint, revocation, discovery. On oauth4webapi. */
export type {
  AuthorizationRequest,
  AuthorizationResponse,
  OAuthClient,
  OAuthConfiguration,
  TokenGrant,
} from './oauth-client.ts';
export type { OnRedirect, RedirectListener, RedirectPage } from './redirect-listener.ts';
