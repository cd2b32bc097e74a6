import {
  allowInsecureRequests,
  customFetch,
  dynamicClientRegistrationRequest,
  processDynamicClientRegistrationResponse,
} from 'oauth4webapi';
import { retryAtMs } from '../credentials/index.ts';
import { OAuthResponseError, TransientError } from '../errors/index.ts';
import type { ResourceDeps } from './protected-resource.ts';
import { type Outcome, sendOnce } from './send-once.ts';
import type { ServerMetadata } from './server-metadata.ts';
import { describeOutcome, serverOf } from './token-request.ts';

/**
 * Registers Postern as a public client and gives its id. Sent once.
 * Source: RFC 7591, sections 3.1 and 3.2; RFC 8252, section 8.4 for the native client.
 * @throws OAuthResponseError `server_unsupported` where the server takes no registration, refuses this one or wants a client secret;
 * TransientError `metadata_unavailable`
 */
export async function registerClient(
  metadata: ServerMetadata,
  client: { readonly redirectUri: string; readonly scopes: readonly string[] },
  deps: ResourceDeps,
): Promise<string> {
  const { registrationEndpoint } = metadata;
  if (registrationEndpoint === null)
    throw unsupported('It takes only clients that are registered there: give the client id that you have.');
  let outcome: Outcome = { answered: false, sent: false, reason: 'not_written' };
  await dynamicClientRegistrationRequest(
    { ...serverOf(metadata), registration_endpoint: registrationEndpoint },
    {
      client_name: 'Postern',
      application_type: 'native',
      redirect_uris: [client.redirectUri],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      ...(client.scopes.length > 0 && { scope: client.scopes.join(' ') }),
    },
    {
      headers: { 'user-agent': deps.userAgent },
      [allowInsecureRequests]: registrationEndpoint.startsWith('http:'),
      [customFetch]: async (url, { body, headers }) => {
        const { timeoutMs } = deps;
        outcome = await sendOnce(deps.fetch, { url, body: String(body), headers, timeoutMs });
        return new Response(null);
      },
    },
  );
  return await clientIdIn(outcome, deps.nowMs);
}

async function clientIdIn(outcome: Outcome, nowMs: number): Promise<string> {
  const happened = describeOutcome(outcome);
  if (!outcome.answered || outcome.status === 429 || outcome.status >= 500)
    throw new TransientError('metadata_unavailable', {
      sent: outcome.answered || outcome.sent,
      retryAtMs: outcome.answered ? retryAtMs(outcome.header, nowMs) : null,
      detail: `Postern could not be registered at the sign-in server: ${happened}.`,
    });
  // 200 is what some servers answer with.
  if ((outcome.status !== 201 && outcome.status !== 200) || outcome.text === null)
    throw unsupported(`It refuses to register Postern: ${happened}.`);
  let registered: Awaited<ReturnType<typeof processDynamicClientRegistrationResponse>>;
  try {
    registered = await processDynamicClientRegistrationResponse(
      new Response(outcome.text, { status: 201, headers: { 'content-type': 'application/json' } }),
    );
  } catch {
    throw unsupported('What it answered the registration with cannot be used.');
  }
  const method = registered['token_endpoint_auth_method'];
  if (
    (typeof method === 'string' && method !== 'none') ||
    (method === undefined && registered['client_secret'])
  )
    throw unsupported('It gives Postern a client secret, which only a server of your own could keep.');
  if (!/^[!-~]{1,512}$/.test(registered.client_id))
    throw unsupported('The client id that it gives cannot be sent.');
  return registered.client_id;
}

function unsupported(why: string): OAuthResponseError {
  return new OAuthResponseError('server_unsupported', null, why);
}
