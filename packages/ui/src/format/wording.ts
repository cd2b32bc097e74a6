import {
  type CredentialKind,
  type CredentialRef,
  type CredentialView,
  reasonInWords,
  windowInWords,
  windowStatusInWords,
} from '@postern/contract';

/** What a credential kind is called everywhere in the app. */
export const kindNames: Readonly<Record<CredentialKind, string>> = {
  oauth: 'Claude plan (Max) sign-in',
  claude_code: 'Claude Code login',
  console_profile: 'Console profile',
  api_key: 'API key',
};

/** What a credential is called: a sign-in that bills a linked organization is none of a plan. */
export function kindName({ kind, payer }: Pick<CredentialRef, 'kind' | 'payer'>): string {
  return kind === 'oauth' && payer.startsWith('The linked organization')
    ? 'Linked organization'
    : kindNames[kind];
}

/** The kind, and which of several accounts of it. */
export function credentialName(
  { id, kind, payer }: CredentialRef,
  credentials: readonly CredentialView[],
): string {
  const own = credentials.filter((each) => each.kind === kind && each.status !== 'absent');
  const label = own.find((each) => each.id === id)?.label;
  const name = kindName({ kind, payer });
  return own.length < 2 || label === undefined ? name : `${name} “${label}”`;
}

/** What a credential is called of which only the id is known; the id itself where it is gone. */
export function credentialNameById(id: string, credentials: readonly CredentialView[]): string {
  const found = credentials.find((each) => each.id === id);
  return found === undefined ? id : credentialName(found, credentials);
}

/** What a kind is called where only the kind is known: a sign-in may bill a linked organization. */
export function kindNameAmong(kind: CredentialKind, credentials: readonly CredentialView[]): string {
  const found = credentials.find((each) => each.kind === kind);
  return found === undefined ? kindNames[kind] : kindName(found);
}

/** The kinds as the names above list them: the default order of preference. */
export const kindsInOrder: readonly CredentialKind[] = ['oauth', 'claude_code', 'console_profile', 'api_key'];

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** As receipts of earlier versions have it. */
const earlierSandboxPayer = 'Nobody: sandbox';

/** Who pays, for use within a sentence, such as `your API key’s organization`. */
export function payerInWords(payer: string): string {
  const words = payer === earlierSandboxPayer ? 'the sandbox, at no cost' : payer;
  return /^(Your|The)\b/.test(words) ? words.charAt(0).toLowerCase() + words.slice(1) : words;
}

/** How a plan window stands, as the service names it. Source: `anthropic-ratelimit-unified-status`, docs/anthropic-oauth.md#refusals. */
export function limitInWords(status: string): string {
  const words = windowStatusInWords(status);
  return words === null ? reasonInWords(status) : capitalized(words);
}

/** A plan window's name where it stands alone or begins a sentence: `five_hour` is `5-hour window`. */
export function windowTitle(window: string): string {
  return capitalized(windowInWords(window));
}
