import type { SDKSessionInfo } from '@anthropic-ai/claude-agent-sdk';
import type { ConversationHome } from '../../credentials/index.ts';
import type { ConversationHomes } from './conversation-homes.ts';
import { type SessionReader, sessionReader } from './session-reader.ts';

/** Reads Postern's conversations wherever they live. */
export interface SessionReaders extends SessionReader {
  /** Of one folder, whosever conversation it is; null: Postern's own. */
  findIn(home: ConversationHome | null, id: string): Promise<SDKSessionInfo | null>;
  /** The folder a conversation is noted for; null: Postern's own. Undefined where that folder's sign-in is not known any more. */
  homeOf(id: string): ConversationHome | null | undefined;
}

/** @param homeOf the folder of a credential, or null where it has none */
export function sessionReaders(
  ownConfigDir: string,
  homes: ConversationHomes,
  homeOf: (credentialId: string) => ConversationHome | null,
): SessionReaders {
  const readers = new Map<string, SessionReader>();
  const readerOf = (configDir: string): SessionReader => {
    const known = readers.get(configDir);
    if (known !== undefined) return known;
    const reader = sessionReader(configDir);
    readers.set(configDir, reader);
    return reader;
  };
  const inHome = (home: ConversationHome | null): SessionReader => readerOf(home?.configDir ?? ownConfigDir);

  const homeOfConversation = (id: string): ConversationHome | null | undefined => {
    const noted = homes.all()[id];
    return noted === undefined ? null : (homeOf(noted) ?? undefined);
  };
  const readerOfConversation = (id: string): SessionReader | null => {
    const home = homeOfConversation(id);
    return home === undefined ? null : inHome(home);
  };

  return {
    homeOf: homeOfConversation,
    findIn: (home, id) => inHome(home).find(id),
    async list() {
      const noted = homes.all();
      const elsewhere = [...new Set(Object.values(noted))].flatMap((id) => homeOf(id) ?? []);
      const theirs = await Promise.all(
        elsewhere.map(async (home) =>
          (await inHome(home).list()).filter(({ sessionId }) => noted[sessionId] === home.id),
        ),
      );
      return [...(await inHome(null).list()), ...theirs.flat()];
    },
    find: async (id) => (await readerOfConversation(id)?.find(id)) ?? null,
    messages: async (id) => (await readerOfConversation(id)?.messages(id)) ?? [],
    async close() {
      await Promise.all([...readers.values()].map((reader) => reader.close()));
    },
  };
}
