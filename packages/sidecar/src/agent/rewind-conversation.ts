import { InvalidRequestError } from '../errors/index.ts';
import type { Agent } from './agent.ts';
import type { ChildPool } from './child/index.ts';
import { type ConversationPlans, rewindFiles } from './conversation/index.ts';
import type { ConversationHistory } from './history/index.ts';

interface RewindDeps {
  readonly history: Pick<ConversationHistory, 'promptPlace'>;
  readonly plans: Pick<ConversationPlans, 'forExisting'>;
  readonly pool: Pick<ChildPool, 'takeWaiting' | 'open' | 'release' | 'retire'>;
  /** Conversations that answer or are about to. */
  readonly busy: Set<string>;
}

/** Undoes what the agent's tools did to files since a prompt. The conversation answers nothing meanwhile. */
export function rewindConversation({ history, plans, pool, busy }: RewindDeps): Pick<Agent, 'rewind'> {
  return {
    async rewind(id, request) {
      if (busy.has(id)) throw new InvalidRequestError('conversation_busy');
      busy.add(id);
      try {
        const place = await history.promptPlace(id, request.promptId);
        if (place === null) throw new InvalidRequestError('checkpoint_not_found');
        const { home, ...plan } = await plans.forExisting(id, {});
        const waiting = await pool.takeWaiting(id);
        // Nothing is asked of the model, and no server of the folder's is needed.
        const loaded = { ...plan.loaded, servers: [] };
        const child = waiting ?? (await pool.open({ ...plan, loaded, profile: { home, signIn: null } }));
        try {
          return await rewindFiles({ child, workspace: plan.workspace, place, request });
        } finally {
          if (waiting === null) await pool.retire(child);
          else pool.release(child);
        }
      } finally {
        busy.delete(id);
      }
    },
  };
}
