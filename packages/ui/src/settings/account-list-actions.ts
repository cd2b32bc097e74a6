import type { SettingsPatch } from '@postern/contract';
import type { Deps } from '../app/deps.ts';
import type { ReadFacts } from '../app/read-facts.ts';
import { type Account, accountsOf, newAccountId, renamed, reordered, without } from './account.ts';

/** What is particular about one account, asked when somebody wants to know. */
export interface AccountDetails {
  /** Whose it is; null where that is not known. */
  readonly email: string | null;
  readonly organization: string | null;
  /** What signing out ends besides; null where nothing is said. */
  readonly alsoEnds: string | null;
}

/** What a person does with accounts beside the first. Each settles when it is done, and throws what went wrong. */
export interface AccountListActions {
  readonly look: (account: Account) => Promise<AccountDetails>;
  readonly rename: (id: string, label: string | null) => Promise<void>;
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
  const { client, dispatch, getState } = deps;
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
  const settings = () => client().settings();

  async function newId(kind: Account['kind'], label: string): Promise<string> {
    const chosen = await settings();
    const listed = accountsOf(kind, getState().facts.credentials ?? [], chosen);
    // A name that was removed is free again: its conversations go on under it.
    return newAccountId(kind, label, new Set([...(chosen.accounts ?? []), ...listed].map(({ id }) => id)));
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
    rename: (id, label) => doing(async () => update(renamed(await settings(), id, label))),
    reorder: (ordered) => doing(async () => update(reordered(await settings(), ordered))),
    addSignIn: async (kind, label) => {
      const id = await newId(kind, label);
      await doing(async () => update(renamed(await settings(), id, label)));
      return id;
    },
    addKey: async (label, apiKey) => {
      const id = await newId('api_key', label);
      await doing(async () => update({ ...renamed(await settings(), id, label), apiKeys: { [id]: apiKey } }));
    },
    refresh: (id) =>
      doing(async () => {
        await client().auth.refresh({ credential: id });
      }),
    signOut: (account) => doing(() => signOut(account)),
    remove: (account) =>
      doing(async () => {
        await signOut(account);
        const rest = without(await settings(), account.id);
        await update(account.kind === 'api_key' ? { ...rest, apiKeys: { [account.id]: null } } : rest);
      }),
  };
}
