import type { Configuration } from 'oidc-provider';
import {
  operatorPage,
  type PlatformChoices,
  platformClientId,
  platformRoutes,
  platformScopes,
} from './platform-choices.ts';

/** The plan's authorization server made into the platform's: requests pushed, other addresses and scopes, refresh only when approved. */
export function platformConfiguration(plan: Configuration, choices: PlatformChoices): Configuration {
  const { rotateRefreshToken } = plan;
  return {
    ...plan,
    clients: (plan.clients ?? []).map((client) => ({
      ...client,
      client_id: platformClientId,
      client_name: 'Postern (sandbox)',
      ...(choices.redirects === 'https'
        ? { application_type: 'web' as const, redirect_uris: [operatorPage] }
        : {}),
    })),
    extraParams: [choices.profileParameter],
    features: {
      ...plan.features,
      pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: true },
    },
    issueRefreshToken: (_ctx, _client, code) => code.scopes.has('offline_access'),
    ...(choices.rotates
      ? rotateRefreshToken === undefined
        ? {}
        : { rotateRefreshToken }
      : { rotateRefreshToken: false }),
    routes: {
      ...plan.routes,
      pushed_authorization_request: platformRoutes.par,
      token: platformRoutes.token,
      revocation: platformRoutes.revocation,
    },
    scopes: [...platformScopes],
  };
}
