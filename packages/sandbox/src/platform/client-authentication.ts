import type { FastifyRequest } from 'fastify';
import { oauthRefusal } from '../authorization-server/oauth-refusal.ts';
import type { Answer } from '../wire/answer.ts';
import type { IdentityProvider } from './identity-provider.ts';
import { type PlatformChoices, platformClientId } from './platform-choices.ts';

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const credentials = ['client_id', 'client_assertion', 'client_assertion_type', 'client_secret'];

/**
 * Checks who asks, as the service documents it, and takes the proof out of the parameters: oidc-provider behind it knows a public
 * client. Null where the request may go on.
 */
export function refusalOfClient(
  request: FastifyRequest,
  parameters: URLSearchParams,
  idp: IdentityProvider,
  choices: PlatformChoices,
): Answer | null {
  const query = new URL(request.url, 'http://sandbox').searchParams;
  if (credentials.some((name) => query.has(name))) return oauthRefusal(400, 'invalid_request');
  if (request.headers.authorization !== undefined) return oauthRefusal(400, 'invalid_request');
  const good =
    parameters.get('client_id') === platformClientId &&
    parameters.get('client_assertion_type') === assertionType &&
    idp.accepts(parameters.get('client_assertion') ?? '', choices.assertions);
  if (!good) return oauthRefusal(choices.refusedAssertionStatus, 'invalid_client');
  parameters.delete('client_assertion');
  parameters.delete('client_assertion_type');
  return null;
}
