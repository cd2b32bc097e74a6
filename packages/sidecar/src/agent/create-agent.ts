import type { QueryRequest } from '@postern/contract';
import { InvalidRequestError } from '../errors/index.ts';
import { LateWrites } from '../ledger/index.ts';
import type { Agent, AgentDeps } from './agent.ts';
import {
  type AgentLimits,
  agentContext,
  agentLimits,
  ChildPool,
  childOpener,
  createDenyRules,
  gatewayProfile,
  isMemoryShort,
  ownConfigDir,
  programPath,
} from './child/index.ts';
import {
  ConversationCache,
  conversationHomes,
  conversationPlaces,
  conversationPlans,
} from './conversation/index.ts';
import { conversationActions, ownedWorkspaces } from './conversation-actions.ts';
import { asItWaited } from './cut-off-turn.ts';
import { createHistory } from './history/index.ts';
import { newConversations } from './new-conversations.ts';
import { ChangePreviewer } from './permission/index.ts';
import { QueryRegistry, queryActions } from './query-registry.ts';
import { firstCredential, nothingDelegated } from './query-scope.ts';
import { queryStarter } from './start-query.ts';
import { QuerySlots, waitingQueries } from './turn/index.ts';
import { workspaceLoader } from './workspace-loader.ts';

/** The agent over the real Agent SDK. `endLeftovers` comes before it. */
export function createAgent(deps: AgentDeps): Agent {
  const limits: AgentLimits = { ...agentLimits, ...deps.limits };
  const { selection, settings, delegated = nothingDelegated } = deps;
  const context = agentContext(deps.dataDir, deps.baseEnvironment, deps.isolation ?? null);
  // The rejection surfaces in `start()`; avoid an unhandled rejection until then.
  context.catch(() => undefined);
  const homes = conversationHomes(deps.sql);
  const configDir = ownConfigDir(deps.dataDir);
  const places = conversationPlaces(configDir, homes, delegated.homeOf);
  const busy = new Set<string>();
  const history = createHistory({
    database: deps.history,
    places: { ...places, ownsWorkspace: ownedWorkspaces(context) },
    answering: busy,
    log: deps.log,
  });
  const waiting = waitingQueries(deps.documents, (text) => deps.log('warn', text));
  const known = new ConversationCache(history, places, waiting);
  const plans = conversationPlans(settings, context, known, workspaceLoader(deps));
  const desk = new QueryRegistry(limits);
  const previewer = new ChangePreviewer();
  const lateWrites = new LateWrites((line) => deps.log('warn', line));
  const slots = new QuerySlots(limits.maxRunning, limits.maxQueued);
  let closed = false;
  const next = newConversations({ settings, selection, delegated, plans, known, log: deps.log });
  const pool = new ChildPool({
    open: childOpener({
      ...deps,
      context,
      file: deps.children,
      servers: deps.mcp === undefined ? null : { own: deps.mcp, patienceMs: deps.serverPatienceMs },
      delegatedEnvironment: deps.delegatedEnvironment ?? {},
    }),
    newSpec: async (wish) => ({
      ...(await plans.forNew(wish)),
      profile: wish.profile,
      maxBudgetUsd: wish.maxBudgetUsd ?? null,
    }),
    nextWarmSpec: () => next.warmSpec(),
    discard: async ({ conversationId }) => (await context).workspaces.discard(conversationId),
    limits,
    warm: () => deps.warm && deps.settings.read().warmPrograms !== false,
    keep: () => deps.settings.read().warmPrograms !== false,
    isMemoryShort: deps.isMemoryShort ?? isMemoryShort,
    log: deps.log,
  });
  const denyRules =
    deps.denyRules ??
    createDenyRules({
      documents: deps.documents,
      subject: async () => {
        const { dataDirs, rulesFor } = await context;
        const program = await programPath(deps.programPath);
        return { ...deps, program, dataDirs, settings: rulesFor(gatewayProfile).settings };
      },
    });
  const prepare = (): void => {
    // Before the first query needs it. Every query gets its outcome.
    if (deps.warm) void next.checkRules(denyRules);
    pool.renewSpare(0);
  };
  prepare();
  // Once the start is over: nothing has to wait for it.
  const firstLook = deps.warm ? setTimeout(() => history.reconcile(), limits.firstLookMs).unref() : undefined;

  /** @throws InvalidRequestError `credential_not_found` */
  const firstOf = async (
    { credential }: Pick<QueryRequest, 'credential'>,
    workspace: string | null,
  ): Promise<string | null> => {
    if (credential === undefined) return await firstCredential(settings, workspace);
    await delegated.refresh();
    if ((await selection.candidates()).some(({ ref }) => ref.id === credential)) return credential;
    throw new InvalidRequestError('credential_not_found');
  };

  const start = queryStarter({
    ...{ deps, limits, delegated, context, plans, next, known, homes, history, waiting, pool, slots, desk },
    ...{ denyRules, previewer, lateWrites, busy, firstOf },
    isClosed: () => closed,
  });

  return {
    async start(request) {
      const { conversationId } = request;
      if (closed) throw new InvalidRequestError('not_running');
      if (conversationId === undefined) return await start(request);
      if (busy.has(conversationId)) throw new InvalidRequestError('conversation_busy');
      // Mark the conversation busy before the async checks, so that two requests cannot race.
      busy.add(conversationId);
      try {
        return await start(await asItWaited(waiting, request, (id) => firstOf({ credential: id }, null)));
      } catch (error) {
        busy.delete(conversationId);
        throw error;
      }
    },
    async reserve(request) {
      if (closed) throw new InvalidRequestError('not_running');
      return await next.reserve(request, (workspace) => firstOf(request, workspace), pool);
    },
    ...queryActions(desk, (credential) => firstOf({ credential }, null)),
    prepare() {
      next.forget();
      prepare();
    },
    ownWorkspace: async () => await (await context).workspaces.look(),
    checkRules: () => denyRules.hold(),
    isBusy: () => busy.size > 0,
    ...conversationActions({
      runningIn: () => desk.runningIn(),
      context,
      attachments: deps.attachments,
      ledger: deps.ledger,
      history,
      homes,
      known,
      plans,
      pool,
      busy,
      waiting,
      places,
    }),
    async close() {
      closed = true;
      await desk.cancelAll();
      await pool.close();
      await deps.children.close();
      clearTimeout(firstLook);
      lateWrites.close();
      await previewer.close();
      await history.close();
    },
  };
}
