import type { PosternClient } from '@postern/client';
import type { ConversationItem } from '@postern/contract';

/** Every item of a conversation, oldest first, and whether a turn of it runs. @throws PosternError `conversation_not_found` */
export async function wholeConversation(
  sidecar: Pick<PosternClient, 'conversation'>,
  id: string,
): Promise<{ readonly items: readonly ConversationItem[]; readonly isRunning: boolean }> {
  const pages = [];
  let isRunning = false;
  let before: string | undefined;
  do {
    const page = await sidecar.conversation(id, { limit: 200, before });
    pages.push(page.items);
    isRunning ||= page.running !== undefined;
    before = page.next ?? undefined;
  } while (before !== undefined);
  return { items: pages.toReversed().flat(), isRunning };
}
