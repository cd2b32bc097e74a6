import type { Account } from '../credentials/index.ts';
import type { Secret } from '../secret/index.ts';
import { accountOfClaims } from './account-of.ts';
import type { ClientContext } from './client-context.ts';
import { sendOnce } from './send-once.ts';
import { describeOutcome } from './token-request.ts';

/**
 * Asks the userinfo endpoint whose sign-in it is; null where it does not say, or names someone else. Never throws: it is a name
 * on a screen. Source: OpenID Connect Core 1.0, section 5.3.
 * @param subject whom the id token named, or null where there was none
 */
export async function readUserInfo(
  context: ClientContext,
  endpoint: string,
  accessToken: Secret,
  subject: string | null,
): Promise<Account | null> {
  const outcome = await sendOnce(context.fetch, {
    url: endpoint,
    body: null,
    headers: {
      accept: 'application/json',
      authorization: `Bearer ${accessToken.reveal()}`,
      'user-agent': context.userAgent,
    },
    timeoutMs: context.timeouts.metadataMs,
  });
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
