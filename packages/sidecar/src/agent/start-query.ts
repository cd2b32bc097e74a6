import { randomUUID } from 'node:crypto';
import type { QueryRequest } from '@postern/contract';
import type { ConversationHome, DelegatedCredentials } from '../credentials/index.ts';
import { InvalidRequestError } from '../errors/index.ts';
import type { LateWrites } from '../ledger/index.ts';
import type { AgentDeps } from './agent.ts';
import {
  type AgentContext,
  type AgentLimits,
  type ChildPool,
  type ChildSpec,
  chosenModeOf,
  type DenyRules,
  ownConfigDir,
  permissionModeOf,
  programPath,
  promptContent,
} from './child/index.ts';
import { childTaker } from './child-taker.ts';
import {
  type ConversationCache,
  type ConversationHomes,
  type ConversationPlan,
  type ConversationPlans,
  probeHistory,
  type UnauthenticatedSpec,
} from './conversation/index.ts';
import { turnNotice } from './conversation-actions.ts';
import { cutOffAt } from './cut-off-turn.ts';
import type { ConversationHistory } from './history/index.ts';
import { type NewConversations, placeOf } from './new-conversations.ts';
import type { ChangePreviewer } from './permission/index.ts';
import { preflight } from './preflight.ts';
import type { QueryRegistry } from './query-registry.ts';
import { policyOf, profileOf, queryScope } from './query-scope.ts';
import { QueryMode, QueryRun, type QuerySlots, type WaitingQueries } from './turn/index.ts';

/** What a query is started with. */
export interface StartQueryParts {
  readonly deps: AgentDeps;
  readonly limits: AgentLimits;
  readonly delegated: DelegatedCredentials;
  readonly context: Promise<AgentContext>;
  readonly plans: ConversationPlans;
  readonly next: NewConversations;
  readonly known: ConversationCache;
  readonly homes: ConversationHomes;
  readonly history: ConversationHistory;
  readonly waiting: WaitingQueries;
  readonly pool: ChildPool;
  readonly slots: QuerySlots;
  readonly desk: QueryRegistry;
  readonly denyRules: DenyRules;
  readonly previewer: ChangePreviewer;
  readonly lateWrites: LateWrites;
  /** Conversations that answer or are about to. */
  readonly busy: Set<string>;
  /** The credential that is tried first: the request's, else the workspace's. @throws InvalidRequestError `credential_not_found` */
  readonly firstOf: (request: QueryRequest, workspace: string | null) => Promise<string | null>;
  readonly isClosed: () => boolean;
}

/** Everything that can be known before the stream opens, then the query itself. */
export function queryStarter(
  parts: StartQueryParts,
): (request: QueryRequest) => Promise<{ readonly queryId: string }> {
  const { deps, limits, delegated, plans, next, history, waiting, pool, desk, busy, isClosed } = parts;
  const { selection } = deps;

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

  return async (request) => {
    const { mayRead, mayReadWith, home, workspaces } = await parts.context;
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
    const first = await parts.firstOf(request, workspace);
    const model = (continued ?? wish)?.model ?? null;
    const scope = { ...queryScope(delegated, first, () => begunIn, model), ...policyOf(request) };
    const chosen = await preflight(selection, scope);
    await parts.denyRules.hold();
    if (isClosed()) throw new InvalidRequestError('not_running');
    const profile = profileOf(delegated, chosen.credential.id, begunIn);
    const slot = parts.slots.enter();
    // One that waits takes no program before its turn.
    const spare = wish === null || chosen.asks || slot.waits ? null : pool.claimSpare({ ...wish, profile });
    try {
      const spec = await specOf(continued, spare?.child.spec ?? null, wish);
      const goesOnAt = await cutOffAt({ history, waiting }, spec.conversationId, request);
      if (isClosed()) throw new InvalidRequestError('not_running');
      const { conversationId: id, workspace: folder } = spec;
      let waitsUntilMs: number | null = null;
      let wasSent = false;
      const query = { conversationId: id, workspace: folder, prompt: request.prompt };
      const asked = (): QueryRequest => ({ ...request, permissionMode: mode.current });
      const noteWait = (untilMs: number): void => waiting.begin({ ...query, untilMs }, asked(), deps.clock());
      const began = continued?.permissionMode ?? wish?.permissionMode ?? spec.permissionMode;
      const mode = new QueryMode(chosenModeOf(began), () => {
        if (waitsUntilMs !== null) noteWait(waitsUntilMs);
      });
      const queryId = randomUUID();
      const maxSilenceMs = request.maxSilenceSeconds === undefined ? null : request.maxSilenceSeconds * 1000;
      const plan = {
        ...chosen,
        queryId,
        scope,
        prompt,
        mode,
        maxSilenceMs,
        loaded: spec.loaded,
        ...placeOf(spec),
      };
      const tell = turnNotice(deps.report, { conversationId: spec.conversationId, queryId }, request.prompt);
      const configDir = ownConfigDir(deps.dataDir);
      const children = childTaker({
        ...{ pool, history, configDir, spec, spare },
        profileOf: (credentialId) => profileOf(delegated, credentialId, begunIn),
        continuesTurn: goesOnAt !== null,
        mode: () => permissionModeOf(mode.current),
      });
      const run = new QueryRun(plan, {
        ...deps,
        delegated,
        limits,
        home,
        mayRead: mayReadWith,
        previewer: parts.previewer,
        lateWrites: parts.lateWrites,
        // A folder of another program's is not written to; that program says itself what it could not save.
        probeHistory: async () => (begunIn?.home == null ? await probeHistory(configDir) : null),
        slot,
        takeChild: children.take,
        releaseChild: (child) => pool.release(child),
        retireChild: (child) => pool.retire(child),
        onBegun: ({ spec: { profile: ran } }) => {
          wasSent = true;
          begunIn = { home: ran.home };
          noteBegun(spec, request, ran.home);
        },
        onWaiting: (untilMs) => {
          desk.noteWait(queryId);
          slot.setAside(untilMs !== null);
          waitsUntilMs = untilMs;
          if (untilMs === null) waiting.end(id);
          else noteWait(untilMs);
        },
        onEnd: (isWhole) => {
          children.close();
          // What waits when Postern stops is found again at the next start, and what no program had, the history does not have.
          if (!wasSent) waiting.unsent(query, asked(), deps.clock());
          else if (!isClosed()) waiting.end(id);
          slot.leave();
          busy.delete(spec.conversationId);
          tell(false);
          parts.known.note({
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

  /** The answer is there and paid for, so a disk that does not take this costs nothing of it. */
  function noteBegun(
    { conversationId: id, workspace }: Pick<ChildSpec, 'conversationId' | 'workspace'>,
    { prompt }: QueryRequest,
    home: ConversationHome | null,
  ): void {
    if (home !== null) parts.lateWrites.write(() => parts.homes.note(id, home.id));
    history.noteTurn({ id, workspace, prompt, atMs: deps.clock() });
  }
}
