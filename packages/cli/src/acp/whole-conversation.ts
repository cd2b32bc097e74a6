import type { PosternClient } from '@postern/client';

/** Every item of a conversation, oldest first. @throws PosternError `conversation_not_found` */
export async function wholeConversation(sidecar: Pick<PosternClient, 'conversation'>, id: string) {
  const pages = [];
  let before: string | undefined;
  do {
    const page = await sidecar.conversation(id, { limit: 200, before });
    pages.push(page.items);
    before = page.next ?? undefined;
  } while (before !== undefined);
  return pages.toReversed().flat();
}
