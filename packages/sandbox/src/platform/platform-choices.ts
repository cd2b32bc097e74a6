/**
 * What Anthropic's pages do not show, and the sandbox therefore chooses; a client must pass with each turned both ways.
 * State of 2026-11-28: docs/anthropic-oauth.md, "Unknown".
 */
export interface PlatformChoices {
  /** Status of a pushed request that was taken. RFC 9126 says 201. */
  readonly pushedStatus: 200 | 201;
  /** `iss` in the authorization response: sent, left out, or of another issuer than a client may know. */
  readonly iss: 'sent' | 'absent' | 'other';
  /** Which address was registered with the app: a loopback one with any port, or the operator's own page, to the letter. */
  readonly redirects: 'loopback' | 'https';
  /** What the pushed request calls the profile to link. */
  readonly profileParameter: string;
  /** Whether an assertion counts once (it needs a `jti` then), or until it ends. */
  readonly assertions: 'reusable' | 'once';
  /** How long a pushed request can be opened, in seconds: 60 at most. */
  readonly requestSeconds: number;
  /** Whether a refresh brings a new refresh token; using an old one then ends the connection's tokens. */
  readonly rotates: boolean;
  /** Status of a refused assertion; the word is `invalid_client`. */
  readonly refusedAssertionStatus: 400 | 401;
}

/** What `npm start -- --sandbox=platform` chooses. */
export const defaultChoices: PlatformChoices = {
  pushedStatus: 201,
  iss: 'sent',
  redirects: 'loopback',
  profileParameter: 'user_profile_id',
  assertions: 'reusable',
  requestSeconds: 60,
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
/** The operator's page of a registered https address: it shows the code. */
export const operatorPage = 'https://operator.example/connected';
/** The profile that the demo links. */
export const demoProfileId = 'uprof_sandbox';
