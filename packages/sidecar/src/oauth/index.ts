/** The protocol: authorization request, redirect listener, token endpoint, revocation, discovery. On oauth4webapi. */

export { registerClient } from './client-registration.ts';
export { noOAuthServer, validateOAuthConfiguration } from './configuration.ts';
export { createOAuthClient } from './create-oauth-client.ts';
export { isLoopbackHost } from './endpoint.ts';
export type {
  AuthorizationRequest,
  AuthorizationResponse,
  OAuthClient,
  OAuthConfiguration,
  TokenGrant,
} from './oauth-client.ts';
export { openRedirectListener } from './open-redirect-listener.ts';
export { parsePastedCode } from './pasted-code.ts';
export { discoverResource } from './protected-resource.ts';
export type { RedirectListener, RedirectPage } from './redirect-listener.ts';
export { usesOwnListener } from './redirect-uri.ts';
export type { ProgramEnvironment } from './run-program.ts';
export { readSecretSource, type SecretSource } from './secret-source.ts';
export { type Fetch, sendOnce } from './send-once.ts';
export type { ServerMetadata } from './server-metadata.ts';
