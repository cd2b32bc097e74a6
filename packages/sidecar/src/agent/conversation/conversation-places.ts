import type { ConversationHome } from '../../credentials/index.ts';
import type { HistoryPlaces } from '../history/index.ts';
import type { ConversationHomes } from './conversation-homes.ts';

/** Where conversations live, for queries and for the index. */
export interface ConversationPlaces extends Omit<HistoryPlaces, 'ownsWorkspace'> {
  /** Null: Postern's own folder. Undefined where the sign-in of its folder is no longer known. */
  conversationHome(id: string): ConversationHome | null | undefined;
}

/** @param homeOf the folder of a credential, or null where it has none */
export function conversationPlaces(
  ownConfigDir: string,
  homes: ConversationHomes,
  homeOf: (credentialId: string) => ConversationHome | null,
): ConversationPlaces {
  const conversationHome = (id: string): ConversationHome | null | undefined => {
    const noted = homes.of(id);
    return noted === undefined ? null : (homeOf(noted) ?? undefined);
  };
  return {
    conversationHome,
    homes: () => [
      { home: '', configDir: ownConfigDir, isOurs: () => true },
      ...homes.credentials().flatMap((credentialId) => {
        const home = homeOf(credentialId);
        const isOurs = (id: string): boolean => homes.of(id) === credentialId;
        return home === null ? [] : [{ home: credentialId, configDir: home.configDir, isOurs }];
      }),
    ],
    homeOf(id) {
      const home = conversationHome(id);
      if (home === undefined) return undefined;
      return home === null
        ? { home: '', configDir: ownConfigDir }
        : { home: home.id, configDir: home.configDir };
    },
  };
}
