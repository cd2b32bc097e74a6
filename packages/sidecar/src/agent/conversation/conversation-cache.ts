import type { ConversationHome } from '../../credentials/index.ts';
import { InvalidRequestError } from '../../errors/index.ts';
import type { ConversationHistory } from '../history/index.ts';
import type { WaitingQueries } from '../turn/index.ts';
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

/** Conversations of this run in memory, older ones from the index, and those of which nothing but a waiting query is known. */
export class ConversationCache {
  readonly #history: Pick<ConversationHistory, 'find' | 'summary'>;
  readonly #places: Pick<ConversationPlaces, 'conversationHome'>;
  readonly #waiting: Pick<WaitingQueries, 'of'>;
  readonly #known = new Map<string, KnownConversation>();

  constructor(
    history: Pick<ConversationHistory, 'find' | 'summary'>,
    places: Pick<ConversationPlaces, 'conversationHome'>,
    waiting: Pick<WaitingQueries, 'of'>,
  ) {
    this.#history = history;
    this.#places = places;
    this.#waiting = waiting;
  }

  /** @throws InvalidRequestError `conversation_not_found` */
  async find(id: string): Promise<KnownConversation> {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const home = this.#places.conversationHome(id);
    const found = home === undefined ? null : await this.#history.find(id);
    if (home !== undefined && found !== null) return { id, workspace: found.workspace, begun: true, home };
    const held = await this.held(id);
    if (held === null) throw new InvalidRequestError('conversation_not_found');
    return held;
  }

  /** One that was named and has had no turn, in this run or an earlier one; null for any other. */
  async reserved(id: string): Promise<KnownConversation | null> {
    const known = this.#known.get(id);
    if (known === undefined) return await this.held(id);
    return known.begun ? null : known;
  }

  /** One whose first query waits for a plan's reset, or did when Postern stopped: the history has nothing of it. Null for any other. */
  async held(id: string): Promise<KnownConversation | null> {
    const query = this.#waiting.of(id);
    if (query === null || this.#places.conversationHome(id) === undefined) return null;
    try {
      await this.#history.summary(id);
      return null;
    } catch (error) {
      if (!(error instanceof InvalidRequestError)) throw error;
      return { id, workspace: query.workspace, begun: false, home: null };
    }
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
