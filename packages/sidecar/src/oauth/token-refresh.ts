import { processRefreshTokenResponse, refreshTokenGrantRequest } from 'oauth4webapi';
import { retryAtMs, type Tokens } from '../credentials/index.ts';
import {
  type Failure,
  InvalidRequestError,
  OAuthResponseError,
  ReauthorizationRequiredError,
  TransientError,
} from '../errors/index.ts';
import type { ClientContext } from './client-context.ts';
import type { TokenGrant } from './oauth-client.ts';
import type { Outcome } from './send-once.ts';
import type { ServerMetadata } from './server-metadata.ts';
import { tokenRefusal } from './token-refusal.ts';
import { describeOutcome, errorFieldsOf, sendWritten, serverOf } from './token-request.ts';
import { readTokenResponse, UnusableTokenResponse } from './token-response.ts';

/**
 * Sends the refresh token once, in the configured encoding, and sorts the outcome as in docs/spec/refresh.md#outcomes.
 * @throws as OAuthClient.refresh
 */
export async function refreshTokens(
  context: ClientContext,
  metadata: ServerMetadata,
  current: Tokens,
): Promise<TokenGrant> {
  const refreshToken = current.refreshToken;
  // Not the class that ends a sign-in: its access token may have years to live.
  if (refreshToken === null) throw new InvalidRequestError('not_renewable');
  const { resource } = context.configuration;
  // A renewed id token need not repeat the nonce. Source: OpenID Connect Core 1.0, section 12.2.
  const idToken = { issuer: metadata.issuer, clientId: context.clientId, nonce: null };
  const issuedAtMs = context.clock();
  const outcome = await sendWritten(context, metadata, {
    endpoint: metadata.tokenEndpoint,
    encoding: context.configuration.tokenBody,
    headers: context.configuration.tokenHeaders,
    timeoutMs: context.timeouts.tokenMs,
    proofKey: current.proofKey,
    build: (server, client, auth, options) =>
      refreshTokenGrantRequest(server, client, auth, refreshToken.reveal(), {
        ...options,
        ...(resource !== null && { additionalParameters: { resource } }),
      }),
  });
  if (!outcome.answered || outcome.status < 200 || outcome.status > 299) throw refused(context, outcome);
  if (outcome.text === null) throw uncertain(context, describeOutcome(outcome));
  try {
    return await readTokenResponse(
      outcome.text,
      { scopes: current.scopes, issuedAtMs, idToken, proofKey: current.proofKey },
      (response) =>
        processRefreshTokenResponse(serverOf(metadata), { client_id: context.clientId }, response),
    );
  } catch (error) {
    if (!(error instanceof UnusableTokenResponse)) throw error;
    throw uncertain(context, `the answer is no token response: ${error.message}`);
  }
}

function refused(context: ClientContext, outcome: Outcome): Failure {
  const happened = describeOutcome(outcome);
  if (!outcome.answered)
    return outcome.sent ? uncertain(context, happened) : unavailable(context, happened, { sent: false });
  const fields = errorFieldsOf(outcome);
  const { error } = fields;
  const detail = `The token endpoint was asked to renew the sign-in: ${happened}.`;
  switch (tokenRefusal(outcome.status, fields)) {
    case 'invalid_grant':
      context.log(`oauth: the refresh token was refused: ${happened}`);
      return new ReauthorizationRequiredError('reauthorization_required');
    case 'misconfigured':
      context.log(`oauth: this installation was refused: ${happened}`);
      return new OAuthResponseError('misconfigured', error, detail);
    case 'lost':
      return uncertain(context, happened);
    case 'refused':
      return unavailable(context, happened, { sent: true, refused: true });
    case 'not_spent':
      return unavailable(context, happened, {
        sent: true,
        retryAtMs: retryAtMs(outcome.header, context.clock()),
      });
  }
}

function unavailable(
  context: ClientContext,
  happened: string,
  how: { readonly sent: boolean; readonly retryAtMs?: number | null; readonly refused?: boolean },
): TransientError {
  context.log(`oauth: the sign-in was not renewed: ${happened}`);
  return new TransientError('refresh_unavailable', {
    ...how,
    detail: `The token endpoint was asked to renew the sign-in: ${happened}.`,
  });
}

function uncertain(context: ClientContext, happened: string): TransientError {
  context.log(`oauth: the refresh token was sent and may be spent: ${happened}`);
  return new TransientError('refresh_uncertain', {
    sent: true,
    detail: `The refresh token was sent and may be spent: ${happened}.`,
  });
}
