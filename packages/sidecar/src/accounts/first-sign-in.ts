import type { AccessTokens } from '../access-token/index.ts';
import { firstIdOf } from '../credentials/index.ts';
import type { SettingsStore } from '../settings/index.ts';
import type { Store } from '../store/index.ts';

/** Gives the sign-in that is meant where none is named. @throws StoreError */
export type FirstSignIn = () => Promise<string>;

/**
 * The first of the user's order that holds tokens: the record of one that was signed out stays, and is not meant while another is there. Else the
 * first record, else the id that a first sign-in gets.
 */
export function createFirstSignIn(deps: {
  readonly store: { readonly signIns: Pick<Store['signIns'], 'ids'> };
  readonly accessTokens: Pick<AccessTokens, 'current'>;
  readonly settings: Pick<SettingsStore, 'read'>;
}): FirstSignIn {
  return async () => {
    const { accounts = [] } = deps.settings.read();
    const rank = new Map(accounts.map(({ id }, at) => [id, at]));
    const rankOf = (id: string): number => rank.get(id) ?? accounts.length;
    const ids = deps.store.signIns.ids().toSorted((a, b) => rankOf(a) - rankOf(b));
    for (const id of ids) if ((await deps.accessTokens.current(id)).tokens !== null) return id;
    return ids[0] ?? firstIdOf('oauth');
  };
}
