import type { ConversationHome } from '../../credentials/index.ts';
import { InvalidRequestError } from '../../errors/index.ts';
import type { SessionReaders } from './session-readers.ts';

/** Most conversations remembered; older ones are looked up again. */
const maxKnown = 500;

/** What is known of a conversation: where it runs, and whether its history can be resumed. */
export interface KnownConversation {
  readonly id: string;
  readonly workspace: string | null;
  readonly begun: boolean;
  /** The folder it lives in; null: Postern's own. */
  readonly home: ConversationHome | null;
}

/** Conversations of this run in memory, older ones from the SDK's own records. */
export class ConversationCache {
  readonly #reader: SessionReaders;
  readonly #known = new Map<string, KnownConversation>();

  constructor(reader: SessionReaders) {
    this.#reader = reader;
  }

  /** @throws InvalidRequestError `conversation_not_found` */
  async find(id: string): Promise<KnownConversation> {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const home = this.#reader.homeOf(id);
    const session = home === undefined ? null : await this.#reader.find(id);
    if (home === undefined || session === null) throw new InvalidRequestError('conversation_not_found');
    return { id, workspace: session.cwd ?? null, begun: true, home };
  }

  note(conversation: KnownConversation): void {
    this.#known.delete(conversation.id);
    this.#known.set(conversation.id, conversation);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= maxKnown) break;
      this.#known.delete(oldest);
    }
  }
}
