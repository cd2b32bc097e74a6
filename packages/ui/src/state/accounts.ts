import type { CredentialKind, CredentialView, Settings, SettingsPatch } from '@postern/contract';
import { kindsInOrder } from '../format/index.ts';

/** One account of a kind, as Settings lists it. */
export interface Account {
  /** `kind:name`. */
  readonly id: string;
  readonly kind: CredentialKind;
  /** What the user calls it, else whose it is. */
  readonly label: string;
  /** What the user called it, or null. */
  readonly ownLabel: string | null;
  readonly status: CredentialView['status'];
  /** Null if it was named here and not signed in to yet. */
  readonly view: CredentialView | null;
}

type Named = Pick<Settings, 'accounts'>;

/** Longest part of an id behind the kind. Source: contract, `credentialIdSchema`. */
const longestName = 64;

/** The kind that an id begins with. */
export function kindOf(id: string): CredentialKind | null {
  return kindsInOrder.find((kind) => id.startsWith(`${kind}:`)) ?? null;
}

/** Whether it is the first of its kind, which is set up by the sections above and never taken off the list. */
export function isFirst(id: string): boolean {
  return id.endsWith(':default');
}

/**
 * The accounts of a kind in the order in which they are tried. One that was signed out and no longer has a name was removed: only
 * its empty record is left.
 */
export function accountsOf(
  kind: CredentialKind,
  credentials: readonly CredentialView[],
  settings: Named,
): readonly Account[] {
  const named = new Map((settings.accounts ?? []).map(({ id, label }) => [id, label]));
  const views = credentials.filter((each) => each.kind === kind);
  const isThere = ({ status }: CredentialView) => status !== 'absent' && status !== 'not_configured';
  const seen = views.filter((view) => isThere(view) || isFirst(view.id) || named.has(view.id));
  const others = seen.some(({ id }) => !isFirst(id));
  // Beside others, the empty place of the first one says nothing; Claude Code's is the user's own folder.
  const shown = seen.filter(
    (view) => isThere(view) || !isFirst(view.id) || !others || kind === 'claude_code',
  );
  const unseen = [...named].filter(
    ([id]) =>
      kindOf(id) === kind && !isFirst(id) && !views.some((view) => view.id === id) && kind !== 'api_key',
  );
  return [
    ...shown.map((view) => ({
      id: view.id,
      kind,
      label: view.label,
      ownLabel: named.get(view.id) ?? null,
      status: view.status,
      view,
    })),
    ...unseen.map(([id, label]) => ({
      id,
      kind,
      label: label ?? id.slice(kind.length + 1),
      ownLabel: label,
      status: 'absent' as const,
      view: null,
    })),
  ];
}

/** An id for a new account that is called `label`: readable where it is seen, and unique. */
export function newAccountId(kind: CredentialKind, label: string, taken: ReadonlySet<string>): string {
  const name = label
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, longestName - 4)
    .replaceAll(/-+$/g, '');
  const first = name === '' ? 'account' : name;
  for (let at = 1; ; at += 1) {
    const id = `${kind}:${at === 1 ? first : `${first}-${at}`}`;
    if (!isFirst(id) && !taken.has(id)) return id;
  }
}

/**
 * The setting with the accounts of one kind in this order, under these names. All of them: one that is not named comes after those
 * that are, so that a name alone would change the order.
 */
export function listed(
  settings: Named,
  ordered: readonly Pick<Account, 'id' | 'ownLabel'>[],
): Pick<SettingsPatch, 'accounts'> {
  const ids = new Set(ordered.map(({ id }) => id));
  return {
    accounts: [
      ...(settings.accounts ?? []).filter(({ id }) => !ids.has(id)),
      ...ordered.map(({ id, ownLabel }) => ({ id, label: ownLabel })),
    ],
  };
}

/** The settings without an account: its name, its place, and the workspaces that preferred it. */
export function without(
  settings: Pick<Settings, 'accounts' | 'workspaceCredential'>,
  id: string,
): Pick<SettingsPatch, 'accounts' | 'workspaceCredential'> {
  return {
    accounts: (settings.accounts ?? []).filter((each) => each.id !== id),
    workspaceCredential: Object.fromEntries(
      Object.entries(settings.workspaceCredential ?? {}).filter(([, chosen]) => chosen !== id),
    ),
  };
}

/** The sign-in that the section above the list is about: the first that is signed in. */
export function signInShown(credentials: readonly CredentialView[]): string {
  const there = credentials.find(
    ({ kind, status }) => kind === 'oauth' && status !== 'absent' && status !== 'not_configured',
  );
  return there?.id ?? 'oauth:default';
}
