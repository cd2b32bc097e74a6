import { randomUUID } from 'node:crypto';
import type { QueryRequest } from '@postern/contract';
import type { ConversationHome } from '../credentials/index.ts';
import { InvalidRequestError } from '../errors/index.ts';
import { LateReceipts } from '../ledger/index.ts';
import type { Agent, AgentDeps } from './agent.ts';
import {
  type AgentLimits,
  agentContext,
  agentLimits,
  ChildPool,
  type ChildSpec,
  childOpener,
  createDenyRules,
  gatewayProfile,
  isMemoryShort,
  ownConfigDir,
  programPath,
  promptContent,
} from './child/index.ts';
import { childTaker } from './child-taker.ts';
import {
  ConversationCache,
  type ConversationPlan,
  conversationHomes,
  conversationPlaces,
  conversationPlans,
  probeHistory,
  type UnauthenticatedSpec,
} from './conversation/index.ts';
import { conversationActions, ownedWorkspaces, turnNotice } from './conversation-actions.ts';
import { asItWaited, cutOffAt } from './cut-off-turn.ts';
import { createHistory } from './history/index.ts';
import { newConversations, placeOf } from './new-conversations.ts';
import { ChangePreviewer } from './permission/index.ts';
import { preflight } from './preflight.ts';
import { QueryRegistry, queryActions } from './query-registry.ts';
import { firstCredential, nothingDelegated, policyOf, profileOf, queryScope } from './query-scope.ts';
import { QueryRun, QuerySlots, waitingQueries } from './turn/index.ts';
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
  const lateReceipts = new LateReceipts((line) => deps.log('warn', line));
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

  const specOf = async (
    continued: ConversationPlan | null,
    spare: ChildSpec | null,
    wish: UnauthenticatedSpec | null,
  ): Promise<Omit<ChildSpec, 'profile'>> => {
    const known = continued ?? spare;
    if (known !== null) return known;
    if (wish === null) throw new InvalidRequestError('conversation_not_found');
    return await plans.forNew(wish);
  };

  /** The credential that is tried first: the request's, else the workspace's. @throws InvalidRequestError `credential_not_found` */
  const firstOf = async (
    { credential }: Pick<QueryRequest, 'credential'>,
    workspace: string | null,
  ): Promise<string | null> => {
    if (credential === undefined) return await firstCredential(settings, workspace);
    await delegated.refresh();
    if ((await selection.candidates()).some(({ ref }) => ref.id === credential)) return credential;
    throw new InvalidRequestError('credential_not_found');
  };

  /** Everything that can be known before the stream opens, then the query itself. */
  const start = async (request: QueryRequest): Promise<{ readonly queryId: string }> => {
    const { mayRead, mayReadWith, home, workspaces } = await context;
    const prompt = await promptContent(request, mayRead);
    const { conversationId } = request;
    const wish = conversationId === undefined ? await plans.warmSpec(request) : null;
    if (wish !== null) next.note(request);
    const continued = conversationId === undefined ? null : await plans.forExisting(conversationId, request);
    await programPath(deps.programPath);
    await delegated.refresh();
    /** Where the conversation lives; null until it has begun. */
    let begunIn: { readonly home: ConversationHome | null } | null =
      continued?.resumes === true ? { home: continued.home } : null;
    const workspace = continued === null ? (wish?.workspace ?? null) : continued.workspace;
    const first = await firstOf(request, workspace);
    const model = (continued ?? wish)?.model ?? null;
    const scope = { ...queryScope(delegated, first, () => begunIn, model), ...policyOf(request) };
    const chosen = await preflight(selection, scope);
    await denyRules.hold();
    if (closed) throw new InvalidRequestError('not_running');
    const profile = profileOf(delegated, chosen.credential.id, begunIn);
    const slot = slots.enter();
    // One that waits takes no program before its turn.
    const spare = wish === null || chosen.asks || slot.waits ? null : pool.claimSpare({ ...wish, profile });
    try {
      const spec = await specOf(continued, spare?.child.spec ?? null, wish);
      const goesOnAt = await cutOffAt({ history, waiting }, spec.conversationId, request);
      if (closed) throw new InvalidRequestError('not_running');
      const permissionMode = continued?.permissionMode ?? wish?.permissionMode ?? spec.permissionMode;
      const queryId = randomUUID();
      const maxSilenceMs = request.maxSilenceSeconds === undefined ? null : request.maxSilenceSeconds * 1000;
      const plan = {
        ...chosen,
        queryId,
        scope,
        prompt,
        permissionMode,
        maxSilenceMs,
        loaded: spec.loaded,
        ...placeOf(spec),
      };
      const tell = turnNotice(deps.report, { conversationId: spec.conversationId, queryId }, request.prompt);
      const run = new QueryRun(plan, {
        ...deps,
        delegated,
        limits,
        home,
        mayRead: mayReadWith,
        previewer,
        lateReceipts,
        // A folder of another program's is not written to; that program says itself what it could not save.
        probeHistory: async () =>
          begunIn?.home == null ? await probeHistory(ownConfigDir(deps.dataDir)) : null,
        slot,
        takeChild: childTaker({
          ...{ pool, history, configDir, spec, spare },
          profileOf: (credentialId) => profileOf(delegated, credentialId, begunIn),
          continuesTurn: goesOnAt !== null,
        }),
        releaseChild: (child) => pool.release(child),
        retireChild: (child) => pool.retire(child),
        onBegun: ({ spec: { profile: ran } }) => {
          begunIn = { home: ran.home };
          if (ran.home !== null) homes.note(spec.conversationId, ran.home.id);
          history.noteTurn({
            id: spec.conversationId,
            workspace: spec.workspace,
            prompt: request.prompt,
            atMs: deps.clock(),
          });
        },
        onWaiting: (untilMs) => {
          const { conversationId: id, workspace: folder } = spec;
          desk.noteWait(queryId);
          if (untilMs === null) waiting.end(id);
          else
            waiting.begin(
              { conversationId: id, workspace: folder, prompt: request.prompt, untilMs },
              request,
              deps.clock(),
            );
        },
        onEnd: (isWhole) => {
          // What waits when Postern stops is found again at the next start.
          if (!closed) waiting.end(spec.conversationId);
          slot.leave();
          busy.delete(spec.conversationId);
          tell(false);
          known.note({
            id: spec.conversationId,
            workspace: spec.workspace,
            begun: begunIn !== null,
            home: begunIn?.home ?? null,
          });
          history.noteEnd(spec.conversationId, isWhole);
          pool.renewSpare(limits.renewAfterTurnMs);
        },
      });
      // Beside the query: it fails for nothing that only matters a day later.
      deps.attachments?.keepFor([...prompt.attached], spec.conversationId).catch((error: unknown) => {
        deps.log(
          'warn',
          `attachments may go after a day: ${error instanceof Error ? error.name : 'unknown'}`,
        );
      });
      busy.add(spec.conversationId);
      tell(true);
      desk.open(run, request.prompt, goesOnAt);
      pool.renewSpare(limits.renewSpareMs);
      return { queryId };
    } catch (error) {
      slot.leave();
      if (spare !== null)
        void pool.retire(spare.child).then(() => workspaces.discard(spare.child.spec.conversationId));
      throw error;
    }
  };

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
      lateReceipts.close();
      await previewer.close();
      await history.close();
    },
  };
}
