import {
  authorizationCodeGrantRequest,
  processAuthorizationCodeResponse,
  validateAuthResponse,
} from 'oauth4webapi';
import { type Failure, OAuthResponseError, TransientError } from '../errors/index.ts';
import type { Secret } from '../secret/index.ts';
import { alreadyLinked, alreadyLinkedWord } from './already-linked.ts';
import type { ClientContext } from './client-context.ts';
import { nonceOf } from './nonce-of.ts';
import type { AuthorizationRequest, TokenGrant } from './oauth-client.ts';
import type { Outcome } from './send-once.ts';
import type { ServerMetadata } from './server-metadata.ts';
import { tokenRefusal } from './token-refusal.ts';
import { describeOutcome, descriptionOf, errorFieldsOf, sendWritten, serverOf } from './token-request.ts';
import { readTokenResponse, UnusableTokenResponse } from './token-response.ts';

/** What many HTTP servers take as all headers of a request, in characters; Node's own takes twice as much. */
const longestUsualHeader = 8192;

/**
 * Sends the code once, form-encoded and with `state`, as Anthropic's dialect wants it. A code is never sent again, whatever
 * comes of it.
 * @throws as OAuthClient.exchange
 */
export async function exchangeCode(
  context: ClientContext,
  metadata: ServerMetadata,
  code: Secret,
  request: AuthorizationRequest,
): Promise<TokenGrant> {
  const state = request.state.reveal();
  const { resource, scopes } = context.configuration;
  const nonce = scopes.includes('openid') ? nonceOf(request.codeVerifier) : null;
  const issuedAtMs = context.clock();
  const outcome = await sendWritten(context, metadata, {
    endpoint: metadata.tokenEndpoint,
    encoding: 'form',
    headers: context.configuration.tokenHeaders,
    timeoutMs: context.timeouts.tokenMs,
    proofKey: request.proofKey,
    build: (server, client, auth, options) =>
      authorizationCodeGrantRequest(
        server,
        client,
        auth,
        validateAuthResponse(server, client, new URLSearchParams({ code: code.reveal(), state }), state),
        request.redirectUri,
        request.codeVerifier.reveal(),
        { ...options, additionalParameters: { state, ...(resource !== null && { resource }) } },
      ),
  });
  if (!outcome.answered || outcome.status < 200 || outcome.status > 299 || outcome.text === null)
    throw refused(context, outcome);
  try {
    const grant = await readTokenResponse(
      outcome.text,
      {
        ...{ scopes, issuedAtMs, proofKey: request.proofKey },
        idToken: { issuer: metadata.issuer, clientId: context.clientId, nonce },
      },
      (response) =>
        processAuthorizationCodeResponse(serverOf(metadata), { client_id: context.clientId }, response),
    );
    if (grant.tokens.accessToken.reveal().length > longestUsualHeader)
      context.log(
        'oauth: the access token is longer than 8 KiB: many services refuse requests that carry it',
      );
    return grant;
  } catch (error) {
    if (!(error instanceof UnusableTokenResponse)) throw error;
    context.log(`oauth: the code was sent; the answer is no token response: ${error.message}`);
    throw new OAuthResponseError('token_response_invalid', null, `The answer is unusable: ${error.message}.`);
  }
}

function refused(context: ClientContext, outcome: Outcome): Failure {
  const happened = describeOutcome(outcome);
  context.log(`oauth: the code brought no token: ${happened}`);
  const detail = `The token endpoint was asked for tokens: ${happened}.`;
  if (!outcome.answered)
    return new TransientError(outcome.sent ? 'exchange_ambiguous' : 'metadata_unavailable', {
      sent: outcome.sent,
      detail,
    });
  const fields = errorFieldsOf(outcome);
  const { error } = fields;
  if (error === alreadyLinkedWord) return alreadyLinked(descriptionOf(outcome));
  // A 2xx that broke off or is too long: the code is spent, and what it bought is lost.
  if (outcome.status < 300) return new OAuthResponseError('token_response_invalid', error, detail);
  switch (tokenRefusal(outcome.status, fields)) {
    case 'invalid_grant':
      return new OAuthResponseError('code_rejected', error);
    case 'misconfigured':
      return new OAuthResponseError('misconfigured', error, detail);
    case 'lost':
      return new TransientError('exchange_ambiguous', { sent: true, detail });
    case 'refused':
    case 'not_spent':
      return new OAuthResponseError('token_response_invalid', error, detail);
  }
}
