import { revocationRequest } from 'oauth4webapi';
import { retryAtMs } from '../credentials/index.ts';
import { TransientError } from '../errors/index.ts';
import type { Secret } from '../secret/index.ts';
import type { ClientContext } from './client-context.ts';
import type { ServerMetadata } from './server-metadata.ts';
import { describeOutcome, sendWritten } from './token-request.ts';

/**
 * Asks the server to forget a token. A token it does not know counts as forgotten. Only 503 means that it may work later; whatever
 * else it answers is final. Source: RFC 7009, sections 2.2 and 2.2.1.
 * @throws TransientError `metadata_unavailable` for 503 and where no answer came; `sent` where the token may have arrived
 */
export async function revokeToken(
  context: ClientContext,
  metadata: ServerMetadata,
  {
    token,
    hint,
    proofKey,
  }: {
    readonly token: Secret;
    readonly hint: 'refresh_token' | 'access_token';
    readonly proofKey: Secret | undefined;
  },
): Promise<'done' | 'unsupported'> {
  const endpoint = metadata.revocationEndpoint;
  if (endpoint === null) return 'unsupported';
  const outcome = await sendWritten(context, metadata, {
    endpoint,
    encoding: 'form',
    headers: {},
    timeoutMs: context.timeouts.revocationMs,
    proofKey,
    build: async (server, client, auth, options) =>
      revocationRequest(server, client, auth, token.reveal(), {
        ...options,
        headers: { ...options.headers, ...(await proofHeader(context, proofKey, endpoint)) },
        additionalParameters: { token_type_hint: hint },
      }),
  });
  if (outcome.answered && outcome.status >= 200 && outcome.status <= 299) return 'done';
  const happened = describeOutcome(outcome);
  context.log(`oauth: the token was not revoked: ${happened}`);
  if (outcome.answered && outcome.status !== 503) return 'unsupported';
  throw new TransientError('metadata_unavailable', {
    sent: !outcome.answered && outcome.sent,
    retryAtMs: outcome.answered ? retryAtMs(outcome.header, context.clock()) : null,
    detail: `The sign-in server was asked to forget the sign-in: ${happened}.`,
  });
}

/**
 * No RFC asks for a proof here, and oauth4webapi adds none; AT Protocol's server answers 200 without one, and revokes nothing.
 */
async function proofHeader(
  { proofs }: ClientContext,
  proofKey: Secret | undefined,
  url: string,
): Promise<Record<string, string>> {
  return proofKey === undefined ? {} : { dpop: await proofs.forPost(proofKey, url) };
}
