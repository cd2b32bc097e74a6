/**
 * What Anthropic's pages do not show, and the sandbox therefore chooses; a client must pass with each turned both ways.
 * State of 2026-11-28: docs/anthropic-oauth.md, "Unknown".
 */
export interface PlatformChoices {
  /** Status of a pushed request that was taken. RFC 9126 says 201. */
  readonly pushedStatus: 200 | 201;
  /** `iss` in the authorization response: sent, left out, or of another issuer than a client may know. */
  readonly iss: 'sent' | 'absent';
  /** Whether a refresh brings a new refresh token; using an old one then ends the connection's tokens. */
  readonly rotates: boolean;
  /** Status of a refused assertion; the word is `invalid_client`. */
  readonly refusedAssertionStatus: 400 | 401;
}

/** What `npm start -- --sandbox=platform` chooses. */
export const defaultChoices: PlatformChoices = {
  pushedStatus: 201,
  iss: 'sent',
  rotates: true,
  refusedAssertionStatus: 401,
};

/** Addresses of the documented service, below this server's origin. Source: docs/anthropic-oauth.md, "Endpoints of the profile". */
export const platformRoutes = {
  par: '/v1/oauth/par',
  token: '/v1/oauth/token',
  revocation: '/v1/oauth/revoke',
  organizations: '/organizations',
} as const;

/** The app's public id, and the scopes it may ask for. */
export const platformClientId = 'clid_postern_sandbox';
export const platformScopes = ['billing:attribution', 'offline_access'] as const;
/** The profile that the demo links; the parameter's name is the sandbox's own choice. */
export const demoProfileId = 'uprof_sandbox';
