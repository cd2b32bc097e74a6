import { QueryFailure } from '../errors/index.ts';
import type { AgentChild, ChildPool, ChildSpec, LaunchProfile } from './child/index.ts';
import type { ConversationHistory } from './history/index.ts';
import type { Serving } from './turn/index.ts';

/** What a query takes its programs from. */
export interface ChildTakerDeps {
  readonly pool: Pick<ChildPool, 'take' | 'retire'>;
  readonly history: Pick<ConversationHistory, 'stateIn'>;
  /** Postern's own folder of conversations. */
  readonly configDir: string;
  readonly spec: Omit<ChildSpec, 'profile'>;
  /** The one that waited for any new conversation, where the query took it. */
  readonly spare: { readonly child: AgentChild; readonly ready: Promise<boolean> } | null;
  /** How a credential serves the conversation now. */
  readonly profileOf: (credentialId: string) => LaunchProfile;
  /** The session ends in this very prompt, unanswered. */
  readonly continuesTurn: boolean;
}

/** Gives a query the program that a credential serves it in; `again` where the query had another one before. */
export function childTaker(deps: ChildTakerDeps): (serving: Serving, again: boolean) => Promise<AgentChild> {
  const { pool, history, configDir, spec, spare } = deps;
  return async ({ credential, allowance }, again) => {
    const maxBudgetUsd = allowance?.budgetUsd ?? null;
    if (!again && spare !== null && (await spare.ready)) {
      if (spare.child.hasBudget(maxBudgetUsd)) return spare.child;
      await pool.retire(spare.child);
    }
    const profile = deps.profileOf(credential.id);
    const isOurs = profile.home === null && profile.signIn === null;
    const wanted = { ...spec, profile, maxBudgetUsd };
    if (!again) return await pool.take({ ...wanted, continuesTurn: deps.continuesTurn && isOurs });
    // What was believed of its history may be why the first one left.
    const found = await history.stateIn(
      profile.home?.configDir ?? configDir,
      spec.conversationId,
      spec.workspace,
    );
    if (found === 'unreadable' && spec.resumes) throw new QueryFailure('conversation_damaged');
    return await pool.take({ ...wanted, resumes: found === 'readable' });
  };
}
