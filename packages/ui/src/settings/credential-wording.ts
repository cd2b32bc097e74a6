import type { CredentialKind, CredentialView } from '@postern/contract';
import type { IconName, Tone } from '../controls/index.ts';
import { assertNever, dayAndTime } from '../format/index.ts';
import { sentences } from '../help/index.ts';

/** What a kind of credential is, for the user who chooses: who pays, and who allows it. */
export const kindFacts: Readonly<
  Record<CredentialKind, { readonly icon: IconName; readonly text: string; readonly permission: string }>
> = {
  oauth: {
    icon: 'person',
    text: sentences.signIn,
    permission: 'Needs a client that the server’s owner approved.',
  },
  claude_code: {
    icon: 'terminal',
    text: sentences.claudeCode,
    permission: 'Allowed. You sign in to the unmodified program yourself.',
  },
  console_profile: {
    icon: 'file',
    text: sentences.consoleProfile,
    permission: 'Allowed. Documented for Console accounts.',
  },
  api_key: {
    icon: 'key',
    text: sentences.apiKey,
    permission: 'Allowed. Documented for every program.',
  },
};

/** A credential's status in a few words. */
export function credentialBadge(
  credential: CredentialView,
  nowMs: number,
): { readonly tone: Tone; readonly text: string } {
  switch (credential.status) {
    case 'active':
      return { tone: 'good', text: 'Ready' };
    case 'absent':
      return { tone: 'note', text: 'Not set up' };
    case 'not_configured':
      return { tone: 'note', text: 'Not available here' };
    case 'rejected':
      return { tone: 'warn', text: 'Rejected, renewing' };
    case 'reauthorization_required':
      return { tone: 'bad', text: 'Action needed' };
    case 'cooling_down':
      return {
        tone: 'warn',
        text:
          credential.cooldownUntil === null
            ? 'Paused'
            : `Paused until ${dayAndTime(credential.cooldownUntil, nowMs)}`,
      };
    default:
      return assertNever(credential.status);
  }
}
