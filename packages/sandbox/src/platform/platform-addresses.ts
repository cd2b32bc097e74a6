import { fileURLToPath } from 'node:url';
import { routes } from '../authorization-server/endpoints.ts';
import type { Sandbox } from '../sandbox.ts';
import { demoProfileId, platformRoutes } from './platform-choices.ts';

/** What a client of the platform is configured with, below an origin. */
export function addressesOf(origin: string): NonNullable<Sandbox['platform']> {
  return {
    authorizationEndpoint: `${origin}${routes.authorization}`,
    parEndpoint: `${origin}${platformRoutes.par}`,
    tokenEndpoint: `${origin}${platformRoutes.token}`,
    revocationEndpoint: `${origin}${platformRoutes.revocation}`,
    userProfileId: demoProfileId,
    assertionCommand: [
      process.execPath,
      fileURLToPath(new URL('./print-assertion.program.ts', import.meta.url)),
      origin,
    ],
  };
}
