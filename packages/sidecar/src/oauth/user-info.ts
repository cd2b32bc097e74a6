import type { Account, Tokens } from '../credentials/index.ts';
import { challengedProof } from '../dpop/index.ts';
import { accountOfClaims } from './account-of.ts';
import type { ClientContext } from './client-context.ts';
import { type Outcome, sendOnce } from './send-once.ts';
import { describeOutcome } from './token-request.ts';

/**
 * Asks the userinfo endpoint whose sign-in it is; null where it does not say, or names someone else. Never throws: it is a name
 * on a screen. Source: OpenID Connect Core 1.0, section 5.3.
 * @param subject whom the id token named, or null where there was none
 */
export async function readUserInfo(
  context: ClientContext,
  endpoint: string,
  tokens: Pick<Tokens, 'accessToken' | 'proofKey'>,
  subject: string | null,
): Promise<Account | null> {
  const outcome = await ask(context, endpoint, tokens);
  if (!outcome.answered || outcome.status !== 200 || outcome.text === null) {
    context.log(`oauth: the name of the account was not read: ${describeOutcome(outcome)}`);
    return null;
  }
  try {
    const claims: unknown = JSON.parse(outcome.text);
    if (typeof claims !== 'object' || claims === null) return null;
    const said = (claims as { sub?: unknown }).sub;
    if (typeof said !== 'string' || (subject !== null && said !== subject)) return null;
    return accountOfClaims(claims as Record<string, unknown>);
  } catch {
    return null;
  }
}

async function ask(
  context: ClientContext,
  url: string,
  { accessToken, proofKey }: Pick<Tokens, 'accessToken' | 'proofKey'>,
): Promise<Outcome> {
  const { fetch, proofs, timeouts, userAgent } = context;
  const send = async (): Promise<Outcome> => {
    const credential =
      proofKey === undefined
        ? { authorization: `Bearer ${accessToken.reveal()}` }
        : await proofs.headersFor({ accessToken, proofKey }, { method: 'GET', url });
    const headers = { accept: 'application/json', ...credential, 'user-agent': userAgent };
    return await sendOnce(fetch, { url, body: null, headers, timeoutMs: timeouts.metadataMs });
  };
  const outcome = await send();
  if (proofKey === undefined || !outcome.answered) return outcome;
  const { header, status } = outcome;
  const refusal = challengedProof(status, header('www-authenticate'));
  return proofs.learn(url, { header, refusal }) ? await send() : outcome;
}
