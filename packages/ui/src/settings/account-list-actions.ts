import type { SettingsPatch } from '@postern/contract';
import { type Account, accountsOf, listed, newAccountId, without } from '../state/accounts.ts';
import type { Deps } from '../state/deps.ts';
import type { ReadFacts } from '../state/read-facts.ts';

/** Details of one account, fetched on demand. */
export interface AccountDetails {
  /** Whose it is; null where that is not known. */
  readonly email: string | null;
  readonly organization: string | null;
  /** What signing out ends besides; null where nothing is said. */
  readonly alsoEnds: string | null;
}

/** What the user does with accounts beside the first. Each settles when it is done, and throws what went wrong. */
export interface AccountListActions {
  readonly look: (account: Account) => Promise<AccountDetails>;
  readonly rename: (account: Account, label: string | null) => Promise<void>;
  readonly reorder: (ordered: readonly Account[]) => Promise<void>;
  /** Gives the name its place on the list and gives the id; signing in comes after. */
  readonly addSignIn: (kind: 'oauth' | 'claude_code', label: string) => Promise<string>;
  readonly addKey: (label: string, apiKey: string) => Promise<void>;
  readonly refresh: (id: string) => Promise<void>;
  readonly signOut: (account: Account) => Promise<void>;
  readonly remove: (account: Account) => Promise<void>;
}

const nothingKnown: AccountDetails = { email: null, organization: null, alsoEnds: null };

/** The effects of the list of accounts. */
export function createAccountListActions(deps: Deps, readFacts: ReadFacts): AccountListActions {
  const { client, dispatch } = deps;
  const settle = () => readFacts(['settings', 'credentials', 'status']);

  async function doing(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } finally {
      await settle();
    }
  }

  async function update(patch: SettingsPatch): Promise<void> {
    dispatch({ type: 'facts_loaded', facts: { settings: await client().updateSettings(patch) } });
  }

  /** As the sidecar has them now: another window may have changed them. */
  async function current(kind: Account['kind']) {
    const [settings, credentials] = await Promise.all([client().settings(), client().credentials()]);
    return { settings, accounts: accountsOf(kind, credentials, settings) };
  }

  /** A name and a place at the end of its kind; a name that was removed is free again: its conversations go on under it. */
  async function added(kind: Account['kind'], label: string) {
    const { settings, accounts } = await current(kind);
    const taken = new Set([...(settings.accounts ?? []), ...accounts].map(({ id }) => id));
    const id = newAccountId(kind, label, taken);
    return { id, patch: listed(settings, [...accounts, { id, ownLabel: label }]) };
  }

  async function signOut({ id, kind, status }: Account): Promise<void> {
    if (status === 'absent') return;
    if (kind === 'oauth') await client().auth.signOut({ credential: id });
    if (kind === 'claude_code') await client().claudeCode.logout({ credential: id });
  }

  return {
    look: async ({ id, kind, view }) => {
      if (view === null) return nothingKnown;
      if (kind === 'oauth') {
        const { account } = await client().auth.status({ credential: id });
        return { ...nothingKnown, ...account };
      }
      if (kind !== 'claude_code') return nothingKnown;
      const { account, signOutAlsoEnds } = await client().claudeCode.status({ credential: id });
      return { ...nothingKnown, ...account, alsoEnds: signOutAlsoEnds ?? null };
    },
    rename: ({ id, kind }, label) =>
      doing(async () => {
        const { settings, accounts } = await current(kind);
        const named = accounts.map((each) => (each.id === id ? { ...each, ownLabel: label } : each));
        await update(listed(settings, named));
      }),
    reorder: (ordered) => doing(async () => update(listed(await client().settings(), ordered))),
    addSignIn: async (kind, label) => {
      const { id, patch } = await added(kind, label);
      await doing(() => update(patch));
      return id;
    },
    addKey: (label, apiKey) =>
      doing(async () => {
        const { id, patch } = await added('api_key', label);
        await update({ ...patch, apiKeys: { [id]: apiKey } });
      }),
    refresh: (id) =>
      doing(async () => {
        await client().auth.refresh({ credential: id });
      }),
    signOut: (account) => doing(() => signOut(account)),
    remove: (account) =>
      doing(async () => {
        await signOut(account);
        const rest = without(await client().settings(), account.id);
        await update(account.kind === 'api_key' ? { ...rest, apiKeys: { [account.id]: null } } : rest);
      }),
  };
}
