import { randomUUID } from 'node:crypto';
import type { QueryRequest } from '@postern/contract';
import type { Clock, ConversationHome, DelegatedCredentials } from '../credentials/index.ts';
import { InvalidRequestError } from '../errors/index.ts';
import type { Gateway } from '../gateway/index.ts';
import type { Ledger } from '../ledger/index.ts';
import type { Selection } from '../selection/index.ts';
import type { SettingsStore } from '../settings/index.ts';
import type { Agent } from './agent.ts';
import type { AgentChild } from './agent-child.ts';
import type { AgentIsolation } from './agent-isolation.ts';
import { type AgentLimits, agentLimits } from './agent-limits.ts';
import type { AgentLog } from './agent-log.ts';
import { childOpener } from './child-opener.ts';
import { ChildPool } from './child-pool.ts';
import type { ChildSpec } from './child-spec.ts';
import type { ChildrenFile } from './children-file.ts';
import { chosenCredential, needsAPerson } from './chosen-credential.ts';
import { conversationHomes, type HomeDocuments } from './conversation-homes.ts';
import { conversationSpecs, type UnroutedSpec, type UnroutedWish } from './conversation-specs.ts';
import { conversationItems, conversationPage } from './conversations.ts';
import { createDenyRules, type DenyRules } from './deny-rules.ts';
import { KnownConversations } from './known-conversations.ts';
import { isMemoryShort } from './memory-pressure.ts';
import { ChangePreviewer } from './permission/index.ts';
import { programPath } from './program-path.ts';
import { promptContent } from './prompt-content.ts';
import { QueryDesk } from './query-desk.ts';
import { QueryRun } from './query-run.ts';
import { firstCredential, nothingDelegated, queryScope, routeOf } from './query-scope.ts';
import { QuerySlots } from './query-slots.ts';
import { gatewayRoute, ownConfigDir } from './route.ts';
import { sessionReaders } from './session-readers.ts';
import { surroundings } from './surroundings.ts';

/** What the agent is built from. */
export interface AgentDeps {
  readonly gateway: Pick<Gateway, 'url' | 'openDoorway'>;
  readonly selection: Pick<Selection, 'openQuery' | 'choose'>;
  readonly settings: SettingsStore;
  readonly ledger: Ledger;
  readonly clock: Clock;
  /** Absolute; exists. */
  readonly dataDir: string;
  /** `POSTERN_CLAUDE_PROGRAM`; null: the one the SDK installed. */
  readonly programPath: string | null;
  /** Our own environment, of which an allow-list passes to the program. */
  readonly baseEnvironment: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  /** Keep a spare program ready for the next new conversation. */
  readonly warm: boolean;
  readonly log: AgentLog;
  /** Sign-ins that other programs hold; default: none. */
  readonly delegated?: DelegatedCredentials;
  /** Where running children are recorded for the next start. */
  readonly children: ChildrenFile;
  /** Keeps where conversations live. */
  readonly documents: HomeDocuments;
  /** Added where the program signs in for itself. Tests point it at loopback with it; the product adds nothing. */
  readonly delegatedEnvironment?: Readonly<Record<string, string>>;
  /** Default: found out by trying, with the PATH of `baseEnvironment`. */
  readonly isolation?: AgentIsolation;
  /** Default: what the machine says. */
  readonly isMemoryShort?: () => Promise<boolean>;
  readonly limits?: Partial<AgentLimits>;
  /** Default: the real program is asked. */
  readonly denyRules?: DenyRules;
}

/** The agent over the real Agent SDK. `endLeftovers` comes before it. */
export function createAgent(deps: AgentDeps): Agent {
  const limits: AgentLimits = { ...agentLimits, ...deps.limits };
  const { selection, settings, delegated = nothingDelegated } = deps;
  const around = surroundings(deps.dataDir, deps.baseEnvironment, deps.isolation ?? null);
  // Whoever starts a query hears of it; until then nobody has to.
  around.catch(() => undefined);
  const homes = conversationHomes(deps.documents);
  const reader = sessionReaders(ownConfigDir(deps.dataDir), homes, delegated.homeOf);
  const known = new KnownConversations(reader);
  const specs = conversationSpecs(settings, around, known);
  const desk = new QueryDesk(limits);
  const busy = new Set<string>();
  const previewer = new ChangePreviewer();
  const slots = new QuerySlots(limits.maxRunning, limits.maxQueued);
  let closed = false;
  const pool = new ChildPool({
    open: childOpener({
      ...deps,
      around,
      file: deps.children,
      delegatedEnvironment: deps.delegatedEnvironment ?? {},
    }),
    newSpec: async (wish) => ({ ...(await specs.begin(wish)), route: wish.route }),
    nextWish: async () => {
      await delegated.refresh();
      const wish = await specs.wish({});
      const scope = queryScope(delegated, await firstCredential(settings, wish.workspace), () => null);
      const next = await selection.choose({ dryRun: true, scope });
      if ('code' in next && needsAPerson(next.code)) return null;
      const isKnown = 'credential' in next && !next.asks;
      return { ...wish, route: isKnown ? routeOf(delegated, next.credential.id, null) : gatewayRoute };
    },
    discard: async ({ conversationId }) => (await around).workspaces.discard(conversationId),
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
        const { dataDirs, rulesFor } = await around;
        const program = await programPath(deps.programPath);
        return { ...deps, program, dataDirs, settings: rulesFor(gatewayRoute).settings };
      },
    });
  // While nobody asks for anything yet. What comes of it every query hears.
  if (deps.warm) denyRules.hold().catch(() => undefined);
  pool.renewSpare(0);

  const specOf = async (
    continued: UnroutedSpec | null,
    spare: ChildSpec | null,
    wish: UnroutedWish | null,
  ): Promise<Omit<ChildSpec, 'route'>> => {
    const known = continued ?? spare;
    if (known !== null) return known;
    if (wish === null) throw new InvalidRequestError('conversation_not_found');
    return await specs.begin(wish);
  };

  /** Everything that can be known before the stream opens, then the query itself. */
  const start = async (request: QueryRequest): Promise<{ readonly queryId: string }> => {
    const { mayRead, mayReadOn, home } = await around;
    const prompt = await promptContent(request, mayRead);
    const { conversationId } = request;
    const wish = conversationId === undefined ? await specs.wish(request) : null;
    const continued = conversationId === undefined ? null : await specs.goOn(conversationId, request);
    await programPath(deps.programPath);
    await delegated.refresh();
    /** Where the conversation lives; null until it has begun. */
    let begunIn: { readonly home: ConversationHome | null } | null =
      continued?.resumes === true ? { home: continued.home } : null;
    const workspace = continued === null ? (wish?.workspace ?? null) : continued.workspace;
    const first = await firstCredential(settings, workspace);
    const scope = queryScope(delegated, first, () => begunIn);
    const chosen = await chosenCredential(selection, scope);
    await denyRules.hold();
    if (closed) throw new InvalidRequestError('not_running');
    const route = routeOf(delegated, chosen.credential.id, begunIn);
    const slot = slots.enter();
    // One that waits takes no program before its turn.
    const spare = wish === null || chosen.asks || slot.waits ? null : pool.claimSpare({ ...wish, route });
    const spec = await specOf(continued, spare?.child.spec ?? null, wish).catch((error: unknown) => {
      slot.leave();
      throw error;
    });
    const permissionMode = continued?.permissionMode ?? wish?.permissionMode ?? spec.permissionMode;
    const queryId = randomUUID();
    const plan = { ...chosen, queryId, scope, prompt, permissionMode, ...placeOf(spec) };
    const run = new QueryRun(plan, {
      ...deps,
      delegated,
      limits,
      home,
      mayRead: mayReadOn,
      previewer,
      slot,
      takeChild: async (credentialId, again): Promise<AgentChild> => {
        if (!again && spare !== null && (await spare.ready)) return spare.child;
        const next = routeOf(delegated, credentialId, begunIn);
        if (!again) return await pool.take({ ...spec, route: next });
        // What was believed of its history may be why the first one left.
        const resumes = (await reader.findIn(next.home, spec.conversationId)) !== null;
        return await pool.take({ ...spec, route: next, resumes });
      },
      releaseChild: (child) => pool.release(child),
      retireChild: (child) => pool.retire(child),
      onBegun: ({ spec: { route: ran } }) => {
        begunIn = { home: ran.home };
        if (ran.home !== null) homes.note(spec.conversationId, ran.home.id);
      },
      onEnd: () => {
        slot.leave();
        busy.delete(spec.conversationId);
        known.note({
          id: spec.conversationId,
          workspace: spec.workspace,
          begun: begunIn !== null,
          home: begunIn?.home ?? null,
        });
        pool.renewSpare(0);
      },
    });
    busy.add(spec.conversationId);
    desk.open(run);
    pool.renewSpare(limits.renewSpareMs);
    return { queryId };
  };

  return {
    async start(request) {
      const { conversationId } = request;
      if (closed) throw new InvalidRequestError('not_running');
      if (conversationId === undefined) return await start(request);
      if (busy.has(conversationId)) throw new InvalidRequestError('conversation_busy');
      // Held from here on, so that a second request cannot slip in while the first is being checked.
      busy.add(conversationId);
      try {
        return await start(request);
      } catch (error) {
        busy.delete(conversationId);
        throw error;
      }
    },
    events: (queryId, afterId, signal) => desk.events(queryId, afterId, signal),
    cancel: (queryId) => desk.cancel(queryId),
    approve: async (requestId, decision, remember) => desk.answer(requestId, decision, remember),
    prepare: () => pool.renewSpare(0),
    ownWorkspace: async () => await (await around).workspaces.look(),
    checkRules: () => denyRules.hold(),
    isBusy: () => busy.size > 0,
    async conversations(options) {
      const { workspaces } = await around;
      return await conversationPage(reader, workspaces.owns, options);
    },
    async conversation(id, options) {
      const { workspaces } = await around;
      return await conversationItems(reader, workspaces.owns, id, options);
    },
    async close() {
      closed = true;
      await desk.cancelAll();
      await pool.close();
      await previewer.close();
      await reader.close();
    },
  };
}

function placeOf(spec: Omit<ChildSpec, 'route'>): Pick<ChildSpec, 'conversationId' | 'workspace'> {
  return { conversationId: spec.conversationId, workspace: spec.workspace };
}
