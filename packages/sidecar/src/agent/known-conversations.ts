import { InvalidRequestError } from '../errors/index.ts';
import type { SessionReader } from './session-reader.ts';

/** Most conversations remembered; older ones are looked up again. */
const maxKnown = 500;

/** What is known of a conversation: where it runs, and whether its history can be resumed. */
export interface KnownConversation {
  readonly id: string;
  readonly workspace: string | null;
  readonly begun: boolean;
}

/** Conversations of this run in memory, older ones from the SDK's own records. */
export class KnownConversations {
  readonly #reader: SessionReader;
  readonly #known = new Map<string, KnownConversation>();

  constructor(reader: SessionReader) {
    this.#reader = reader;
  }

  /** @throws InvalidRequestError `conversation_not_found` */
  async find(id: string): Promise<KnownConversation> {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const session = await this.#reader.find(id);
    if (session === null) throw new InvalidRequestError('conversation_not_found');
    return { id, workspace: session.cwd ?? null, begun: true };
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
