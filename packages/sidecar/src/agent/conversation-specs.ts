import { randomUUID } from 'node:crypto';
import type { QueryRequest } from '@postern/contract';
import type { ConversationHome } from '../credentials/index.ts';
import type { SettingsStore } from '../settings/index.ts';
import type { SpareWish } from './child-pool.ts';
import type { ChildSpec } from './child-spec.ts';
import type { KnownConversations } from './known-conversations.ts';
import { permissionModeOf } from './permission-rules.ts';
import type { Surroundings } from './surroundings.ts';
import { chosenWorkspace } from './workspace.ts';

type Wanted = Pick<QueryRequest, 'workspace' | 'model'>;

/** A wish before anyone knows how its program authenticates. */
export type UnroutedWish = Omit<SpareWish, 'route'>;

/** A conversation before anyone knows how its next program authenticates. */
export interface UnroutedSpec extends Omit<ChildSpec, 'route'> {
  /** The folder it lives in; null: Postern's own, or it has not begun. */
  readonly home: ConversationHome | null;
}

/** Where and how a conversation's program runs: the request, then the conversation, then the settings. */
export interface ConversationSpecs {
  /** @throws InvalidRequestError `workspace_not_found` */
  wish(request: Wanted): Promise<UnroutedWish>;
  /** A new conversation. @throws InvalidRequestError `workspace_unavailable` */
  begin(wish: UnroutedWish): Promise<UnroutedSpec>;
  /** @throws InvalidRequestError `conversation_not_found`, `workspace_not_found`, `workspace_unavailable` */
  goOn(conversationId: string, request: Wanted): Promise<UnroutedSpec>;
}

export function conversationSpecs(
  settings: SettingsStore,
  around: Promise<Surroundings>,
  known: KnownConversations,
): ConversationSpecs {
  const chosen = (request: Wanted): Omit<UnroutedWish, 'workspace'> => {
    const { model, permissionMode } = settings.read();
    return { model: request.model ?? model, permissionMode: permissionModeOf(permissionMode) };
  };
  return {
    async wish(request) {
      const { dataDir } = await around;
      const workspace = request.workspace ?? settings.read().workspace;
      return {
        ...chosen(request),
        workspace: workspace === null ? null : await chosenWorkspace(workspace, dataDir),
      };
    },
    async begin(wish) {
      const conversationId = randomUUID();
      const { workspaces } = await around;
      const workspace = wish.workspace ?? (await workspaces.make(conversationId));
      const { model, permissionMode } = wish;
      return { model, permissionMode, conversationId, workspace, resumes: false, home: null };
    },
    async goOn(conversationId, request) {
      const { workspaces, dataDir } = await around;
      const conversation = await known.find(conversationId);
      const wanted = request.workspace ?? conversation.workspace;
      const own = wanted === null || workspaces.owns(wanted);
      return {
        ...chosen(request),
        conversationId,
        workspace: own ? await workspaces.make(conversationId) : await chosenWorkspace(wanted, dataDir),
        resumes: conversation.begun,
        home: conversation.home,
      };
    },
  };
}
