import type { ConversationRequest, QueryRequest, ReservedConversation } from '@postern/contract';
import type { DelegatedCredentials } from '../credentials/index.ts';
import type { Selection } from '../selection/index.ts';
import type { SettingsStore } from '../settings/index.ts';
import type { AgentDeps } from './agent.ts';
import {
  type ChildPool,
  type ChildSpec,
  type DenyRules,
  gatewayProfile,
  type WarmSpec,
} from './child/index.ts';
import type { ConversationCache, ConversationPlans, UnauthenticatedSpec } from './conversation/index.ts';
import { needsUserAction } from './preflight.ts';
import { firstCredential, profileOf, queryScope } from './query-scope.ts';

type Asked = Pick<QueryRequest, 'workspace' | 'model'>;

/** The conversations that have not begun: what the next one will probably want, and one that was named before its first prompt. */
export interface NewConversations {
  /** What a new conversation asked for: the next one will probably ask for the same. */
  note(request: Asked): void;
  /** The settings changed: the next one will probably want what they say. */
  forget(): void;
  /** What the next one will probably want; null: no credential could pay for it. */
  warmSpec(): Promise<WarmSpec | null>;
  /**
   * Asks the program about the deny rules, so that the first query need not wait for it; not before a credential could pay for one, because the
   * Agent SDK is loaded for it, a fifth of all memory. Never rejects: the query gets the outcome.
   */
  checkRules(rules: DenyRules): Promise<void>;
  /**
   * Names a conversation and has its program wait for the first prompt.
   * @throws InvalidRequestError `workspace_not_found`, `workspace_unavailable`
   */
  reserve(
    request: ConversationRequest,
    first: (workspace: string | null) => Promise<string | null>,
    pool: Pick<ChildPool, 'reserveSpare' | 'prewarm'>,
  ): Promise<ReservedConversation>;
}

export function newConversations(deps: {
  readonly settings: SettingsStore;
  readonly selection: Pick<Selection, 'choose' | 'spending'>;
  readonly delegated: DelegatedCredentials;
  readonly plans: ConversationPlans;
  readonly known: ConversationCache;
  readonly log: AgentDeps['log'];
}): NewConversations {
  const { settings, selection, delegated, plans, known, log } = deps;
  let asked: Asked = {};

  const note = ({ workspace, model }: Asked): void => {
    asked = { ...(workspace === undefined ? {} : { workspace }), ...(model === undefined ? {} : { model }) };
  };

  /** As the last one asked for; as the settings say where its folder is gone, or has MCP servers: those start for a query, not ahead of it. */
  async function probable(): Promise<UnauthenticatedSpec> {
    const usual = await plans.warmSpec({});
    if (Object.keys(asked).length === 0) return usual;
    const wish = await plans.warmSpec(asked).catch(() => usual);
    return wish.loaded.servers.length > usual.loaded.servers.length ? usual : wish;
  }

  async function warmSpec(): Promise<WarmSpec | null> {
    await delegated.refresh();
    const wish = await probable();
    const first = await firstCredential(settings, wish.workspace);
    const scope = queryScope(delegated, first, () => null, wish.model);
    const next = await selection.choose({ dryRun: true, scope });
    if ('code' in next && needsUserAction(next.code)) return null;
    if (!('credential' in next) || next.asks) return { ...wish, profile: gatewayProfile };
    const profile = profileOf(delegated, next.credential.id, null);
    const workspaceScope = wish.workspace === null ? scope : { ...scope, workspace: wish.workspace };
    const maxBudgetUsd =
      profile.signIn === null ? null : selection.spending.remainderUsd(workspaceScope, next.credential);
    return { ...wish, profile, maxBudgetUsd };
  }

  return {
    note,
    forget: () => {
      asked = {};
    },
    warmSpec,
    async checkRules(rules) {
      try {
        if ((await warmSpec()) !== null) await rules.hold();
      } catch {
        // The first query asks again, and says why.
      }
    },
    async reserve(request, firstOf, pool) {
      const wish = await plans.warmSpec(request);
      const scope = queryScope(delegated, await firstOf(wish.workspace), () => null, wish.model);
      note(request);
      const next = await selection.choose({ dryRun: true, scope });
      const profile =
        'credential' in next && !next.asks ? profileOf(delegated, next.credential.id, null) : null;
      const warm = profile === null ? null : { ...wish, profile };
      const spare = warm === null ? null : pool.reserveSpare(warm);
      const spec = spare ?? (await plans.forNew(wish));
      known.note({ id: spec.conversationId, workspace: spec.workspace, begun: false, home: null });
      if (warm !== null && spare === null)
        void pool.prewarm({ ...spec, profile: warm.profile }, warm).catch((error: unknown) => {
          log('warn', `not prepared: ${error instanceof Error ? error.name : 'unknown'}`);
        });
      return placeOf(spec);
    },
  };
}

/** A conversation, and the folder that it works in. */
export function placeOf({
  conversationId,
  workspace,
}: Pick<ChildSpec, 'conversationId' | 'workspace'>): ReservedConversation {
  return { conversationId, workspace };
}
