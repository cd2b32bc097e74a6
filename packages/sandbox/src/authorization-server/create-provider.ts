import { generateKeyPairSync, randomBytes } from 'node:crypto';
import Provider, { type Configuration, type ErrorOut, type KoaContextWithOIDC } from 'oidc-provider';
import type { PlatformChoices } from '../platform/platform-choices.ts';
import { platformConfiguration } from '../platform/platform-configuration.ts';
import { escapeHtml, page, pageHeaders } from '../sign-in-pages/page.ts';
import { clientId, routes, scopes } from './endpoints.ts';
import type { Records } from './records.ts';

/** Set by this server alone, never passed on from outside: this refresh does not rotate. */
export const keepRefreshTokenHeader = 'sandbox-keep-refresh-token';

/** Seconds until a login ends for good; refreshing does not move it. Source: vendor's `credential_expires_at`, about 30 days. */
const loginSeconds = 30 * 24 * 3600;

/** Paths of registered loopback redirects; any port. Source: RFC 8252, section 7.3. */
const redirectPaths = ['/auth/anthropic/callback', '/callback', '/oauth/callback', '/auth/callback', '/'];
const redirectHosts = ['127.0.0.1', 'localhost', '[::1]'];

/** The authorization server itself: oidc-provider, strict, with rotation and reuse detection of its own. */
export function createProvider(
  issuer: string,
  records: Records,
  accessTokenSeconds: number,
  platform: PlatformChoices | null,
): Provider {
  const plan = configuration(records, accessTokenSeconds);
  const provider = new Provider(issuer, platform === null ? plan : platformConfiguration(plan, platform));
  // It sends Access-Control-Allow-Origin on its own; nothing here is for other origins' scripts.
  provider.use(async (ctx, next) => {
    await next();
    for (const name of Object.keys(ctx.response.headers)) {
      if (name.startsWith('access-control-')) ctx.remove(name);
    }
    const { location } = ctx.response.headers;
    if (platform !== null && platform.iss !== 'sent' && typeof location === 'string')
      ctx.set('location', withOtherIssuer(location, platform.iss));
  });
  return provider;
}

function configuration(records: Records, accessTokenSeconds: number): Configuration {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    adapter: (kind) => records.adapter(kind),
    clients: [
      {
        client_id: clientId,
        client_name: 'Postern',
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        id_token_signed_response_alg: 'ES256',
        redirect_uris: redirectHosts.flatMap((host) => redirectPaths.map((path) => `http://${host}${path}`)),
      },
    ],
    clientAuthMethods: ['none'],
    clientBasedCORS: () => false,
    clockTolerance: 0,
    cookies: {
      keys: [randomBytes(32).toString('base64url')],
      names: { session: 'sandbox_session', interaction: 'sandbox_sign_in', resume: 'sandbox_resume' },
    },
    expiresWithSession: () => false,
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      resourceIndicators: { enabled: false },
      revocation: {
        enabled: true,
        allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId,
      },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: false },
    },
    findAccount: (_ctx, email) => ({ accountId: email, claims: () => ({ sub: email }) }),
    interactions: { url: (_ctx, interaction) => `${routes.interaction}/${interaction.uid}` },
    issueRefreshToken: () => true,
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig' }] },
    // Every consent is a family of its own: ending one leaves the others alone.
    loadExistingGrant: (ctx) => {
      const grantId = ctx.oidc.result?.consent?.grantId;
      return grantId === undefined ? undefined : ctx.oidc.provider.Grant.find(grantId);
    },
    renderError,
    responseTypes: ['code'],
    // Revoking either token ends the whole family, as RFC 7009, section 2.1 allows.
    revokeGrantPolicy: () => true,
    rotateRefreshToken: (ctx) => ctx.get(keepRefreshTokenHeader) === '',
    routes: {
      authorization: routes.authorization,
      token: routes.token,
      revocation: routes.revocation,
      jwks: routes.jwks,
    },
    scopes: [...scopes],
    ttl: {
      AccessToken: accessTokenSeconds,
      AuthorizationCode: 60,
      Grant: loginSeconds,
      IdToken: 3600,
      Interaction: 3600,
      RefreshToken: (ctx) => ctx.oidc.entities.RotatedRefreshToken?.remainingTTL ?? loginSeconds,
      Session: loginSeconds,
    },
  };
}

function renderError(ctx: KoaContextWithOIDC, out: ErrorOut): undefined {
  const reason = escapeHtml(out.error_description ?? out.error);
  ctx.set(pageHeaders);
  ctx.body = page(
    'This sign-in cannot go on',
    `<h1>This sign-in cannot go on</h1><p role="alert">The server said: ${reason}.</p><p>Go back to the app and start again.</p>`,
  );
  return undefined;
}

/** An authorization response that does not say which server it is from, or names another one. */
function withOtherIssuer(location: string, iss: 'absent' | 'other'): string {
  if (!URL.canParse(location)) return location;
  const url = new URL(location);
  if (!url.searchParams.has('iss')) return location;
  if (iss === 'absent') url.searchParams.delete('iss');
  else url.searchParams.set('iss', 'https://issuer.example');
  return url.href;
}
