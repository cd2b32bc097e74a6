import type { CredentialKind } from '@postern/contract';
import { type Account, isFirst } from '../state/accounts.ts';

/** Kinds of which Postern itself can add an account. */
export type AddedKind = Exclude<CredentialKind, 'console_profile'>;

/** What adding an account says: the button, the dialog, and what it will be. */
export const addTexts: Readonly<
  Record<AddedKind, { readonly button: string; readonly title: string; readonly sentence: string }>
> = {
  oauth: {
    button: 'Add another sign-in…',
    title: 'Another sign-in',
    sentence:
      'Another account at the same server. Your browser may still be signed in there with the first one: open the address in another profile of your browser, or sign out there first.',
  },
  claude_code: {
    button: 'Add an account…',
    title: 'Another Claude Code account',
    sentence:
      'It gets a settings folder of its own in Postern’s data directory, so that your own Claude Code login stays as it is.',
  },
  api_key: {
    button: 'Add another key…',
    title: 'Another API key',
    sentence: 'It is tried after the keys that are there. Each key is billed to its own organization.',
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
    return ['The Claude Code program forgets this login.', ...(alsoEnds === null ? [] : [alsoEnds])];
  return ['The sign-in is removed here first, then revoked at the server. Other programs keep theirs.'];
}

/** What removing an account means, said before it is done. */
export function removalSentences(account: Account, alsoEnds: string | null): readonly string[] {
  const { kind } = account;
  const stays =
    'Receipts and the timeline stay. Workspaces that preferred it go back to the order of all accounts.';
  if (kind === 'api_key')
    return [
      'The key is deleted from this computer. It stays valid until you delete it in the Console.',
      stays,
    ];
  return [
    ...(canSignOut(account) ? signOutSentences(kind, alsoEnds) : []),
    ...(kind === 'claude_code'
      ? [
          'Its conversations stay in Postern’s data directory. They can go on once an account of the same name is added again.',
        ]
      : []),
    stays,
  ];
}
