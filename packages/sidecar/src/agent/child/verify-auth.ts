import type { AccountInfo } from '@anthropic-ai/claude-agent-sdk';
import type { LaunchProfile } from './launch-profile.ts';

/** What the program would authenticate with, seen before a prompt is sent. `signed_out`: with nothing at all. */
export type AuthVerdict = 'as_chosen' | 'signed_out' | 'mismatch';

/** Where the program says its token comes from when it goes through the gateway. */
const ofTheGateway = 'ANTHROPIC_AUTH_TOKEN';
const noToken = 'none';

/**
 * Compares what the program says of itself with what was chosen for it. A login of a plan names its subscription and no source
 * of a token; a profile names neither; anything else names where its token or key comes from.
 * Source: `AccountInfo` of the Agent SDK 0.3.330, measured with its program and prepared folders; a real account was not tried.
 */
export function verifyAuth({ signIn }: LaunchProfile, account: AccountInfo): AuthVerdict {
  const { apiProvider = 'firstParty', apiKeySource, tokenSource, subscriptionType, email } = account;
  if (apiProvider !== 'firstParty' || apiKeySource !== undefined) return 'mismatch';
  if (signIn === null) return tokenSource === ofTheGateway ? 'as_chosen' : 'mismatch';
  if (tokenSource === noToken) return 'signed_out';
  if (tokenSource !== undefined) return 'mismatch';
  const isPlan = subscriptionType !== undefined;
  if (isPlan !== (signIn.ref.kind === 'claude_code')) return 'mismatch';
  return isSomebodyElse(signIn.email, email) ? 'mismatch' : 'as_chosen';
}

function isSomebodyElse(expected: string | null, found: string | undefined): boolean {
  return expected !== null && found !== undefined && expected.toLowerCase() !== found.toLowerCase();
}
