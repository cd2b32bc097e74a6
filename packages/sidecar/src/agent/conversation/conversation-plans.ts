import { randomUUID } from 'node:crypto';
import type { QueryRequest } from '@postern/contract';
import type { ConversationHome } from '../../credentials/index.ts';
import type { SettingsStore } from '../../settings/index.ts';
import {
  type AgentContext,
  type ChildSpec,
  chosenWorkspace,
  permissionModeOf,
  type WarmSpec,
  type WorkspaceLoad,
} from '../child/index.ts';
import type { ConversationCache } from './conversation-cache.ts';

type Wanted = Pick<QueryRequest, 'workspace' | 'model' | 'permissionMode' | 'mcpServers'>;

/** What a new conversation starts with, before it is known how its program authenticates. */
export type UnauthenticatedSpec = Omit<WarmSpec, 'profile'>;

/** A conversation before it is known how its next program authenticates. */
export interface ConversationPlan extends Omit<ChildSpec, 'profile'> {
  /** The folder it lives in; null: Postern's own, or it has not begun. */
  readonly home: ConversationHome | null;
}

/** Where and how a conversation's program runs: the request, then the conversation, then the settings. */
export interface ConversationPlans {
  /** @throws InvalidRequestError `workspace_not_found` */
  warmSpec(request: Wanted): Promise<UnauthenticatedSpec>;
  /** A new conversation. @throws InvalidRequestError `workspace_unavailable` */
  forNew(wish: UnauthenticatedSpec): Promise<ConversationPlan>;
  /** @throws InvalidRequestError `conversation_not_found`, `workspace_not_found`, `workspace_unavailable` */
  forExisting(conversationId: string, request: Wanted): Promise<ConversationPlan>;
}

export function conversationPlans(
  settings: SettingsStore,
  context: Promise<AgentContext>,
  known: ConversationCache,
  load: (workspace: string | null, sent: QueryRequest['mcpServers']) => Promise<WorkspaceLoad>,
): ConversationPlans {
  const chosen = (request: Wanted): Omit<UnauthenticatedSpec, 'workspace' | 'loaded'> => {
    const { model, permissionMode } = settings.read();
    return {
      model: request.model ?? model,
      permissionMode: permissionModeOf(request.permissionMode ?? permissionMode),
    };
  };
  return {
    async warmSpec(request) {
      const { dataDir } = await context;
      const workspace = request.workspace ?? settings.read().workspace;
      const real = workspace === null ? null : await chosenWorkspace(workspace, dataDir);
      return { ...chosen(request), workspace: real, loaded: await load(real, request.mcpServers) };
    },
    async forNew(wish) {
      const conversationId = randomUUID();
      const { workspaces } = await context;
      const workspace = wish.workspace ?? (await workspaces.make(conversationId));
      const { model, permissionMode, loaded } = wish;
      return { model, permissionMode, loaded, conversationId, workspace, resumes: false, home: null };
    },
    async forExisting(conversationId, request) {
      const { workspaces, dataDir } = await context;
      const conversation = await known.find(conversationId);
      const wanted = request.workspace ?? conversation.workspace;
      const own = wanted === null || workspaces.owns(wanted);
      const workspace = own ? await workspaces.make(conversationId) : await chosenWorkspace(wanted, dataDir);
      return {
        ...chosen(request),
        conversationId,
        workspace,
        loaded: await load(own ? null : workspace, request.mcpServers),
        resumes: conversation.begun,
        home: conversation.home,
      };
    },
  };
}
