import { validateAuthResponse } from 'oauth4webapi';
import { sameSecret } from '../door/index.ts';
import { InvalidRequestError } from '../errors/index.ts';
import { oauthErrorFields, Secret } from '../secret/index.ts';
import type { AuthorizationResponse } from './oauth-client.ts';
import type { ServerMetadata } from './server-metadata.ts';

const singleParameters = ['code', 'state', 'iss', 'error'];

/**
 * Judges `state` alone, before anything else is looked at or fetched: whoever does not know it changes nothing.
 * @throws InvalidRequestError `state_mismatch`
 */
export function judgeState(response: AuthorizationResponse, expected: Secret): void {
  const states = response.parameters.getAll('state');
  if (!states.some((state) => sameSecret(state, expected.reveal())))
    throw new InvalidRequestError('state_mismatch');
}

/**
 * Judges the rest of an authorization response whose state is right: nothing repeated, the right issuer, no error, one code.
 * Source: RFC 6749, sections 3.1 and 4.1.2; RFC 9207, section 2.4.
 * @throws InvalidRequestError `callback_invalid`, `issuer_mismatch`, `access_denied`, `authorization_failed`
 */
export function judgeCode(
  response: AuthorizationResponse,
  expectedState: Secret,
  server: Pick<ServerMetadata, 'issuer' | 'promisesIssuer'>,
  clientId: string,
): Secret {
  const { parameters } = response;
  for (const name of singleParameters) {
    if (parameters.getAll(name).length > 1)
      throw new InvalidRequestError('callback_invalid', `The answer names ${name} more than once.`);
  }
  const issuer = parameters.get('iss');
  if (issuer === null ? server.promisesIssuer && response.pasted !== true : issuer !== server.issuer)
    throw new InvalidRequestError('issuer_mismatch');
  const error = parameters.get('error');
  if (error === 'access_denied') throw new InvalidRequestError('access_denied');
  if (error !== null) {
    const word = oauthErrorFields({ error }).error;
    throw new InvalidRequestError(
      'authorization_failed',
      word === null ? undefined : `The sign-in server said ${word}.`,
    );
  }
  const code = parameters.get('code') ?? '';
  // Source: RFC 6749, appendix A.11.
  if (!/^[ -~]{1,4096}$/.test(code))
    throw new InvalidRequestError('callback_invalid', 'The answer holds no code.');
  try {
    validateAuthResponse(
      { issuer: server.issuer, authorization_response_iss_parameter_supported: false },
      { client_id: clientId },
      parameters,
      expectedState.reveal(),
    );
  } catch {
    throw new InvalidRequestError('callback_invalid', 'The answer is of another kind than was asked for.');
  }
  return new Secret(code);
}
