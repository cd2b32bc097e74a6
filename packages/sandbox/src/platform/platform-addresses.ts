import { fileURLToPath } from 'node:url';
import { routes } from '../authorization-server/endpoints.ts';
import type { Sandbox } from '../sandbox.ts';
import { demoProfileId, platformRoutes } from './platform-choices.ts';

/** The bundle lays the program beside its own file, as JavaScript. */
const printAssertion = new URL(
  import.meta.url.endsWith('.ts') ? './print-assertion.program.ts' : './print-assertion.program.js',
  import.meta.url,
);

/** What a client of the platform is configured with, below an origin. */
export function addressesOf(origin: string): NonNullable<Sandbox['platform']> {
  return {
    authorizationEndpoint: `${origin}${routes.authorization}`,
    parEndpoint: `${origin}${platformRoutes.par}`,
    tokenEndpoint: `${origin}${platformRoutes.token}`,
    revocationEndpoint: `${origin}${platformRoutes.revocation}`,
    userProfileId: demoProfileId,
    assertionCommand: [process.execPath, fileURLToPath(printAssertion), origin],
  };
}
