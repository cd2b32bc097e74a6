import { pushedAuthorizationRequest } from 'oauth4webapi';
import { retryAtMs } from '../credentials/index.ts';
import { proofRefusalOf } from '../dpop/index.ts';
import { type Failure, InvalidRequestError, OAuthResponseError, TransientError } from '../errors/index.ts';
import type { Secret } from '../secret/index.ts';
import { alreadyLinked, alreadyLinkedWord } from './already-linked.ts';
import type { ClientContext } from './client-context.ts';
import type { Outcome } from './send-once.ts';
import type { ServerMetadata } from './server-metadata.ts';
import { describeOutcome, errorFieldsOf, sendWritten } from './token-request.ts';

/** Words that say that the request was not wanted now, or is not this client's; anything else is a matter of the configuration. */
const passing = new Set(['temporarily_unavailable', 'server_error', 'slow_down']);

/**
 * Where the authorization request is to be pushed to, or null where it goes in the address: as configured, and by default pushed
 * wherever the server takes it. Source: RFC 9126, section 5.
 * @throws OAuthResponseError `server_unsupported`; InvalidRequestError `invalid_configuration`
 */
export function pushedTo(context: ClientContext, metadata: ServerMetadata): string | null {
  const { par } = context.configuration;
  if (par === 'off') {
    if (metadata.requiresPushedRequests)
      throw new OAuthResponseError(
        'server_unsupported',
        null,
        'It demands pushed authorization requests (RFC 9126), and POSTERN_OAUTH_PAR is off.',
      );
    return null;
  }
  if (metadata.parEndpoint === null && par === 'require')
    throw new InvalidRequestError(
      'invalid_configuration',
      'Nothing was sent: POSTERN_OAUTH_PAR is require, and neither POSTERN_OAUTH_PAR_ENDPOINT nor the metadata of the server name an address to push to.',
    );
  if (metadata.parEndpoint === null && metadata.requiresPushedRequests)
    throw new OAuthResponseError(
      'server_unsupported',
      null,
      'It demands pushed authorization requests (RFC 9126), and its metadata name no address for them: set POSTERN_OAUTH_PAR_ENDPOINT.',
    );
  return metadata.parEndpoint;
}

/**
 * Pushes the parameters of an authorization request, once, and gives the reference that goes into the browser instead of them. 200
 * with a usable body counts as well as 201. Source: RFC 9126, sections 2.1 to 2.3.
 * @throws TransientError `metadata_unavailable`, `client_assertion_unavailable`; OAuthResponseError `misconfigured`,
 * `server_unsupported`, `token_response_invalid`; InvalidRequestError `already_linked`
 */
export async function pushRequest(
  context: ClientContext,
  metadata: ServerMetadata,
  endpoint: string,
  parameters: Readonly<Record<string, string>>,
  proofKey: Secret | undefined,
): Promise<string> {
  const outcome = await sendWritten(context, metadata, {
    endpoint,
    encoding: 'form',
    headers: context.configuration.tokenHeaders,
    timeoutMs: context.timeouts.tokenMs,
    proofKey,
    build: (server, client, auth, options) =>
      pushedAuthorizationRequest(server, client, auth, { ...parameters }, options),
  });
  if (!outcome.answered || (outcome.status !== 201 && outcome.status !== 200))
    throw refused(context, outcome);
  const requestUri = requestUriOf(outcome.text);
  if (requestUri !== null) return requestUri;
  context.log('oauth: the pushed request was taken; the answer holds no request_uri');
  throw new OAuthResponseError(
    'token_response_invalid',
    null,
    'The answer to the pushed request holds no request_uri that can be used.',
  );
}

function requestUriOf(text: string | null): string | null {
  try {
    const body: unknown = JSON.parse(text ?? '');
    const uri =
      typeof body === 'object' && body !== null ? (body as { request_uri?: unknown }).request_uri : null;
    return typeof uri === 'string' && /^[!-~]{1,2048}$/.test(uri) ? uri : null;
  } catch {
    return null;
  }
}

function refused(context: ClientContext, outcome: Outcome): Failure {
  const happened = describeOutcome(outcome);
  context.log(`oauth: the authorization request was not pushed: ${happened}`);
  const detail = `The authorization request was pushed: ${happened}.`;
  if (!outcome.answered) return new TransientError('metadata_unavailable', { sent: outcome.sent, detail });
  const { error } = errorFieldsOf(outcome);
  if (error === alreadyLinkedWord) return alreadyLinked(null);
  if (proofRefusalOf(error) !== null) return new OAuthResponseError('server_unsupported', error, detail);
  const later = outcome.status === 429 || outcome.status >= 500 || passing.has(error ?? '');
  return later
    ? new TransientError('metadata_unavailable', {
        sent: false,
        retryAtMs: retryAtMs(outcome.header, context.clock()),
        detail,
      })
    : new OAuthResponseError('misconfigured', error, detail);
}
