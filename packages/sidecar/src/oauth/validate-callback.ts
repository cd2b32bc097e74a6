import { validateAuthResponse } from 'oauth4webapi';
import { sameSecret } from '../door/index.ts';
import { InvalidRequestError } from '../errors/index.ts';
import { Secret } from '../secret/index.ts';
import { alreadyLinked, alreadyLinkedWord } from './already-linked.ts';
import { hostOf } from './endpoint.ts';
import type { AuthorizationResponse } from './oauth-client.ts';
import type { ServerMetadata } from './server-metadata.ts';
import { serverWords } from './server-words.ts';

/** Codes in use are far shorter; some are signed or encrypted tokens of 1 to 4 KiB. */
const longestCode = 4096;
const singleParameters = ['code', 'state', 'iss', 'error'];

/**
 * Judges `state` alone, before anything else is looked at or fetched: a sender that does not know it changes nothing.
 * @throws InvalidRequestError `state_mismatch`
 */
export function validateState(response: AuthorizationResponse, expected: Secret): void {
  const states = response.parameters.getAll('state');
  if (!states.some((state) => sameSecret(state, expected.reveal())))
    throw new InvalidRequestError('state_mismatch');
}

/**
 * Judges the rest of an authorization response whose state is right: nothing repeated, the right issuer, no error, one code.
 * Source: RFC 6749, sections 3.1 and 4.1.2; RFC 9207, section 2.4.
 * @throws InvalidRequestError `callback_invalid`, `issuer_mismatch`, `access_denied`, `authorization_failed`
 */
export function validateCallback(
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
  const mismatch = issuerMismatch(issuer, server, response.pasted === true);
  if (mismatch !== null) throw new InvalidRequestError('issuer_mismatch', mismatch);
  const error = parameters.get('error');
  if (error !== null) {
    const description = parameters.get('error_description');
    if (error === alreadyLinkedWord) throw alreadyLinked(description);
    if (error === 'access_denied') throw new InvalidRequestError('access_denied', deniedBecause(description));
    const code = 'authorization_failed';
    throw new InvalidRequestError(code, serverWords(parameters) ?? undefined);
  }
  const code = parameters.get('code') ?? '';
  if (code.length > longestCode)
    throw new InvalidRequestError(
      'callback_invalid',
      `The code is longer than ${longestCode} characters, more than Postern takes.`,
    );
  // Source: RFC 6749, appendix A.11.
  if (!/^[ -~]+$/.test(code)) throw new InvalidRequestError('callback_invalid', 'The answer holds no code.');
  try {
    // The issuer was judged above; there may be none to compare with.
    const withoutIssuer = new URLSearchParams(parameters);
    withoutIssuer.delete('iss');
    validateAuthResponse(
      { issuer: server.issuer ?? 'about:unknown', authorization_response_iss_parameter_supported: false },
      { client_id: clientId },
      withoutIssuer,
      expectedState.reveal(),
    );
  } catch {
    throw new InvalidRequestError('callback_invalid', 'The answer is of another kind than was asked for.');
  }
  return new Secret(code);
}

/**
 * Why approval was not given, as far as the description tells. Anthropic's says “the user declined” of four different things, so
 * no one is shown that they declined. Source: docs/anthropic-oauth.md, "What the approval page can answer".
 */
function deniedBecause(description: string | null): string | undefined {
  if (description?.includes('cannot be approved for this organization') === true)
    return 'The organization that was picked cannot approve this. Sign in again and pick another one.';
  if (description?.trim().toLowerCase() === 'the user declined the request')
    return 'The page was left without approval, or had no organization to offer: it asks for the Admin or Billing role in an organization that pays for the API itself and is not linked yet. The server does not say which.';
  return undefined;
}

/** What is wrong with the issuer of an answer, or null. Where none is configured or discovered there is nothing to compare with. */
function issuerMismatch(
  received: string | null,
  server: Pick<ServerMetadata, 'issuer' | 'promisesIssuer'>,
  pasted: boolean,
): string | null {
  if (received === null)
    return server.promisesIssuer && !pasted ? 'The answer does not say which server it is from.' : null;
  if (server.issuer === null || received === server.issuer) return null;
  const from = URL.parse(received)?.host ?? '';
  return from === ''
    ? 'The answer names an issuer that is no address.'
    : `The answer is from ${from.slice(0, 80)}${from === hostOf(server.issuer) ? ', under another path' : ''}.`;
}
