/** The registered native public client. */
export const clientId = 'postern-sandbox';

/** Scopes that can be asked for. Source: facts of the vendor's dialect, docs/anthropic-oauth.md. */
export const scopes = ['user:inference', 'user:profile'] as const;

/** Where the endpoints are; `interaction` is followed by the sign-in's id. */
export const routes = {
  authorization: '/oauth/authorize',
  token: '/oauth/token',
  revocation: '/oauth/revoke',
  jwks: '/oauth/jwks',
  interaction: '/sign-in',
} as const;
