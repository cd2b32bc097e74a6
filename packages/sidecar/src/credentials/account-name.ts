import { type CredentialKind, credentialKinds, type Settings } from '@postern/contract';
import { firstIdOf } from './payer.ts';

const names: Readonly<Record<CredentialKind, string>> = {
  oauth: 'sign-in',
  claude_code: 'Claude Code sign-in',
  console_profile: 'Console profile',
  api_key: 'API key',
};

/** What a kind of account is called in a sentence, after “your”. */
export function kindInSentence(kind: CredentialKind): string {
  return names[kind];
}

/**
 * What an account is called in a sentence, after “your”: its kind, and the name that the user gave it. Without one, the first of its kind has
 * none, and another has the last part of its id. An id of no known kind stays as it is.
 */
export function accountInSentence(id: string, accounts: Settings['accounts'] = []): string {
  const kind = credentialKinds.find((each) => id.startsWith(`${each}:`));
  if (kind === undefined) return id;
  const own = accounts.find((each) => each.id === id)?.label ?? null;
  const name = own ?? (id === firstIdOf(kind) ? null : id.slice(kind.length + 1));
  return name === null ? names[kind] : `${names[kind]} “${name}”`;
}
