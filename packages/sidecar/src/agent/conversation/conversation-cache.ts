import type { ConversationHome } from '../../credentials/index.ts';
import { InvalidRequestError } from '../../errors/index.ts';
import type { ConversationHistory } from '../history/index.ts';
import type { ConversationPlaces } from './conversation-places.ts';

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

/** Conversations of this run in memory, older ones from the index. */
export class ConversationCache {
  readonly #history: Pick<ConversationHistory, 'find'>;
  readonly #places: Pick<ConversationPlaces, 'conversationHome'>;
  readonly #known = new Map<string, KnownConversation>();

  constructor(
    history: Pick<ConversationHistory, 'find'>,
    places: Pick<ConversationPlaces, 'conversationHome'>,
  ) {
    this.#history = history;
    this.#places = places;
  }

  /** @throws InvalidRequestError `conversation_not_found` */
  async find(id: string): Promise<KnownConversation> {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const home = this.#places.conversationHome(id);
    const found = home === undefined ? null : await this.#history.find(id);
    if (home === undefined || found === null) throw new InvalidRequestError('conversation_not_found');
    return { id, workspace: found.workspace, begun: true, home };
  }

  /** One that was named and has had no turn; null for any other. */
  reserved(id: string): KnownConversation | null {
    const known = this.#known.get(id);
    return known?.begun === false ? known : null;
  }

  note(conversation: KnownConversation): void {
    this.#known.delete(conversation.id);
    this.#known.set(conversation.id, conversation);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= maxKnown) break;
      this.#known.delete(oldest);
    }
  }

  forget(id: string): void {
    this.#known.delete(id);
  }
}
