import {
  type AuthorizationServer,
  allowInsecureRequests,
  type Client,
  type ClientAuth,
  customFetch,
  type TokenEndpointRequestOptions,
} from 'oauth4webapi';
import { proofRefusalOf } from '../dpop/index.ts';
import { oauthErrorFields, type Secret } from '../secret/index.ts';
import { clientAuthOf } from './client-assertion.ts';
import type { ClientContext } from './client-context.ts';
import { type Outcome, sendOnce } from './send-once.ts';
import type { ServerMetadata } from './server-metadata.ts';

/** Writes the parameters of a request with oauth4webapi. */
export type BuildRequest = (
  server: AuthorizationServer,
  client: Client,
  auth: ClientAuth,
  options: TokenEndpointRequestOptions,
) => Promise<unknown>;

/** The authorization server as oauth4webapi knows it. */
export function serverOf(metadata: ServerMetadata): AuthorizationServer {
  return {
    // Needed to write requests; nothing is compared with it.
    issuer: metadata.issuer ?? new URL(metadata.authorizationEndpoint).origin,
    token_endpoint: metadata.tokenEndpoint,
    ...(metadata.parEndpoint !== null && { pushed_authorization_request_endpoint: metadata.parEndpoint }),
    ...(metadata.revocationEndpoint !== null && { revocation_endpoint: metadata.revocationEndpoint }),
  };
}

/** What a request is written from. */
interface WrittenRequest {
  readonly endpoint: string;
  readonly encoding: 'form' | 'json';
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly build: BuildRequest;
  readonly proofKey?: Secret | undefined;
}

/**
 * Sends what `build` writes, exactly once, and says how it went. `json` turns the form's parameters into the members of a JSON
 * object, which Anthropic's dialect wants of refresh requests. With a key there is a proof on it, and one repeat where the server refused
 * no more than the proof, for want of a nonce or of its own time.
 * @throws TransientError `client_assertion_unavailable`; nothing was sent
 */
export async function sendWritten(
  context: ClientContext,
  metadata: ServerMetadata,
  request: WrittenRequest,
): Promise<Outcome> {
  const { proofKey } = request;
  const outcome = await sendOneWritten(context, metadata, request);
  if (proofKey === undefined || !outcome.answered) return outcome;
  // Source: RFC 6749, section 5.2: a refusal is 400 or 401.
  const isRefused = outcome.status === 400 || outcome.status === 401;
  const refusal = isRefused ? proofRefusalOf(errorFieldsOf(outcome).error) : null;
  const mayRepeat = context.proofs.learn(request.endpoint, { header: outcome.header, refusal });
  return mayRepeat ? await sendOneWritten(context, metadata, request) : outcome;
}

async function sendOneWritten(
  context: ClientContext,
  metadata: ServerMetadata,
  request: WrittenRequest,
): Promise<Outcome> {
  const auth = await clientAuthOf(context);
  const { proofKey } = request;
  let seen: Outcome = { answered: false, sent: false, reason: 'not_written' };
  await request.build(serverOf(metadata), { client_id: context.clientId }, auth, {
    headers: { ...request.headers, 'user-agent': context.userAgent },
    ...(proofKey !== undefined && { DPoP: context.proofs.handleOf(proofKey) }),
    [allowInsecureRequests]: request.endpoint.startsWith('http:'),
    [customFetch]: async (url, { body, headers }) => {
      const parameters = new URLSearchParams(body?.toString());
      const json = request.encoding === 'json';
      seen = await sendOnce(context.fetch, {
        url,
        body: json ? JSON.stringify(Object.fromEntries(parameters)) : parameters.toString(),
        headers: json ? { ...headers, 'content-type': 'application/json' } : headers,
        timeoutMs: request.timeoutMs,
      });
      return new Response(null);
    },
  });
  return seen;
}

/** The error word and the request id of an answer, all that is kept of its body. */
export function errorFieldsOf(outcome: Outcome): ReturnType<typeof oauthErrorFields> {
  if (!outcome.answered || outcome.text === null) return oauthErrorFields(null);
  try {
    return oauthErrorFields(JSON.parse(outcome.text));
  } catch {
    return oauthErrorFields(null);
  }
}

/** A line for the log, and the detail of an error: status, error word and request id, never the server's free text. */
export function describeOutcome(outcome: Outcome): string {
  if (!outcome.answered)
    return outcome.sent ? `no answer came (${outcome.reason})` : `nothing was sent (${outcome.reason})`;
  const { error, requestId } = errorFieldsOf(outcome);
  const word = error === null ? '' : ` ${error}`;
  const why = meaningOf(outcome.status, error);
  const body = outcome.body === 'whole' ? '' : `, ${outcome.body === 'too_long' ? 'too long' : 'cut off'}`;
  return `it answered ${outcome.status}${word}${body}${requestId === null ? '' : ` (request ${requestId})`}${why}`;
}

/** What an answer says about the installation that its word alone does not tell a reader. Source: RFC 9449, sections 5 and 8. */
function meaningOf(status: number, word: string | null): string {
  if (word === 'invalid_dpop_proof' || word === 'use_dpop_nonce')
    return ': it wants a proof of possession that it did not get (DPoP, RFC 9449; POSTERN_OAUTH_DPOP)';
  return status === 415 ? ': it does not take this encoding (POSTERN_OAUTH_TOKEN_BODY)' : '';
}

/** The description of an error, to be looked at and never shown; null where there is none. */
export function descriptionOf(outcome: Outcome): string | null {
  if (!outcome.answered || outcome.text === null) return null;
  try {
    const body = JSON.parse(outcome.text) as { error_description?: unknown } | null;
    return typeof body?.error_description === 'string' ? body.error_description : null;
  } catch {
    return null;
  }
}
