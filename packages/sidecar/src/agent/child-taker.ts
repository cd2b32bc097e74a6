import type { PermissionMode } from '@anthropic-ai/claude-agent-sdk';
import { QueryFailure } from '../errors/index.ts';
import {
  type AgentChild,
  type ChildPool,
  type ChildSpec,
  type LaunchProfile,
  sameProfile,
} from './child/index.ts';
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
  /** What the query may do without a question by now: one that goes on with a turn begins at once. */
  readonly mode: () => PermissionMode;
  /** The session ends in this very prompt, unanswered. */
  readonly continuesTurn: boolean;
}

/** The programs that serve one query. */
export interface ChildTaker {
  /** The program that a credential serves it in; `again` where the query had another one before. */
  take(serving: Serving, again: boolean): Promise<AgentChild>;
  /** The query is over: the spare that it claimed leaves where it was never used. */
  close(): void;
}

/** Over the pool. */
export function childTaker(deps: ChildTakerDeps): ChildTaker {
  const { pool, history, configDir, spec } = deps;
  let { spare } = deps;

  async function spareFor(profile: LaunchProfile, maxBudgetUsd: number | null): Promise<AgentChild | null> {
    if (spare === null || !(await spare.ready)) return null;
    const { child } = spare;
    const serves = child.hasBudget(maxBudgetUsd) && sameProfile(child.spec.profile, profile);
    if (!serves) await pool.retire(child);
    spare = null;
    return serves ? child : null;
  }

  return {
    async take({ credential, allowance }, again) {
      const maxBudgetUsd = allowance?.budgetUsd ?? null;
      const profile = deps.profileOf(credential.id);
      const waited = again ? null : await spareFor(profile, maxBudgetUsd);
      if (waited !== null) return waited;
      const isOurs = profile.home === null && profile.signIn === null;
      const wanted = { ...spec, profile, maxBudgetUsd, permissionMode: deps.mode() };
      if (!again) return await pool.take({ ...wanted, continuesTurn: deps.continuesTurn && isOurs });
      // What was believed of its history may be why the first one left.
      const found = await history.stateIn(
        profile.home?.configDir ?? configDir,
        spec.conversationId,
        spec.workspace,
      );
      if (found === 'unreadable' && spec.resumes) throw new QueryFailure('conversation_damaged');
      return await pool.take({ ...wanted, resumes: found === 'readable' });
    },
    close() {
      if (spare !== null) void pool.retire(spare.child);
      spare = null;
    },
  };
}
