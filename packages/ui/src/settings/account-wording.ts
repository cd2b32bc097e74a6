import type { CredentialKind } from '@postern/contract';
import { type Account, isFirst } from '../state/accounts.ts';

/** Kinds of which Postern itself can add an account. */
export type AddedKind = Exclude<CredentialKind, 'console_profile'>;

/** What adding an account says: the button, the dialog, and what it will be. */
export const addTexts: Readonly<
  Record<AddedKind, { readonly button: string; readonly title: string; readonly sentence: string }>
> = {
  oauth: {
    button: 'Add sign-in…',
    title: 'Add a sign-in',
    sentence:
      'Use this for a second account. If your browser is signed in with the first one, sign out there, or open the page in another browser profile.',
  },
  claude_code: {
    button: 'Add account…',
    title: 'Add a Claude Code account',
    sentence: 'It is kept apart, so your own Claude Code login stays as it is.',
  },
  api_key: {
    button: 'Add key…',
    title: 'Add an API key',
    sentence: 'Postern tries it after your other keys. Each key is billed to its own organization.',
  },
};

/** Whether Postern can add another one: where there is one already, or where the program that holds it is there. */
export function canAdd(kind: CredentialKind, accounts: readonly Account[]): kind is AddedKind {
  if (kind === 'console_profile') return false;
  return accounts.some(({ status }) =>
    kind === 'claude_code' ? status !== 'not_configured' : status !== 'absent' && status !== 'not_configured',
  );
}

/** Whether the user can sign in to it from here, and has a reason to. */
export function canSignIn({ kind, status }: Account): boolean {
  const isSignIn = kind === 'oauth' || kind === 'claude_code';
  return isSignIn && (status === 'absent' || status === 'reauthorization_required');
}

/** Whether it can be renewed at a push of a button. */
export function canRefresh({ kind, status }: Account): boolean {
  return kind === 'oauth' && (status === 'active' || status === 'cooling_down' || status === 'rejected');
}

/** Whether it is signed in, and can be signed out from here. */
export function canSignOut({ kind, status }: Account): boolean {
  const isSignIn = kind === 'oauth' || kind === 'claude_code';
  return isSignIn && status !== 'absent' && status !== 'not_configured';
}

/** Whether the list can let go of it: an account that was added here, or a key. */
export function canRemove({ id, kind, status }: Account): boolean {
  if (kind === 'console_profile') return false;
  return kind === 'api_key' ? status !== 'absent' : !isFirst(id);
}

/** What signing out means, said before it is done. `alsoEnds` is the sidecar's own sentence on a login of Claude Code. */
export function signOutSentences(kind: CredentialKind, alsoEnds: string | null): readonly string[] {
  if (kind === 'claude_code')
    return ['Claude Code signs out of this account.', ...(alsoEnds === null ? [] : [alsoEnds])];
  return [
    'Postern removes the sign-in from this computer and revokes it at the server. Other programs stay signed in.',
  ];
}

/** What removing an account means, said before it is done. */
export function removalSentences(account: Account, alsoEnds: string | null): readonly string[] {
  const { kind } = account;
  const stays = 'Receipts and the timeline are kept. Workspaces that used it go back to the default order.';
  if (kind === 'api_key')
    return [
      'The key is deleted from this computer. It stays valid until you delete it in the Console.',
      stays,
    ];
  return [
    ...(canSignOut(account) ? signOutSentences(kind, alsoEnds) : []),
    ...(kind === 'claude_code'
      ? ['Its conversations are kept. To continue them, add an account with the same name.']
      : []),
    stays,
  ];
}
