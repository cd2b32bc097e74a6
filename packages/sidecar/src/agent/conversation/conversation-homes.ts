import { z } from 'zod';
import type { AgentDocuments } from '../child/index.ts';

/** Most conversations remembered; a forgotten one is not listed any more, and stays where it is. */
const mostRemembered = 2_000;
const documentName = 'conversation_homes';
const schema = z.record(z.string(), z.string());

/** Which conversations of Postern's live in the folder of another program's sign-in: id of the credential by conversation. */
export interface ConversationHomes {
  all(): Readonly<Record<string, string>>;
  note(conversationId: string, credentialId: string): void;
}

/** Kept as a document: those folders hold the person's own conversations too, and only ours are shown. */
export function conversationHomes(documents: AgentDocuments): ConversationHomes {
  const parse = (document: unknown): Record<string, string> => {
    const parsed = schema.safeParse(document ?? {});
    return parsed.success ? parsed.data : {};
  };
  return {
    all: () => parse(documents.read(documentName)),
    note(conversationId, credentialId) {
      if (parse(documents.read(documentName))[conversationId] === credentialId) return;
      documents.update(documentName, (current) => {
        const { [conversationId]: _before, ...others } = parse(current);
        const newest = Object.entries(others).slice(1 - mostRemembered);
        return Object.fromEntries([...newest, [conversationId, credentialId]]);
      });
    },
  };
}
