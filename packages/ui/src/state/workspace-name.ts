import type { ConversationSummary } from '@postern/contract';

/** A folder that Postern made for one conversation, which is called by its id. Source: docs/user-guide.md#what-is-stored-where. */
const made = /[\\/]workspaces[\\/]([\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12})[\\/]?$/i;

/** Whether Postern made this folder, for one conversation only. Pure. */
export function isMadeByPostern(workspace: string): boolean {
  return made.test(workspace);
}

/**
 * What a folder is called: its path, or, of one that Postern made, the conversation it belongs to; where that has no title here, the
 * beginning of its id tells one from another. Pure.
 * @param conversations as far as they are loaded
 */
export function workspaceName(
  workspace: string,
  conversations: readonly Pick<ConversationSummary, 'id' | 'title'>[],
): string {
  const id = made.exec(workspace)?.[1];
  if (id === undefined) return workspace;
  const title = conversations.find((each) => each.id === id)?.title ?? '';
  return title === '' ? `Folder of an earlier conversation (${id.slice(0, 8)})` : `Folder of “${title}”`;
}
