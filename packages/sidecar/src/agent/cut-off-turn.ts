import type { QueryRequest } from '@postern/contract';
import { InvalidRequestError } from '../errors/index.ts';
import type { ConversationHistory } from './history/index.ts';
import type { WaitingQueries } from './turn/index.ts';

const newest = { limit: 200, before: null };

/**
 * Whether the user asks for the turn that a conversation ends in: it waited for a plan's reset when Postern stopped, its prompt is in the
 * session, and it was never answered. The program goes on with it then: sent again, the model would read the prompt twice.
 */
export async function isCutOff(
  {
    history,
    waiting,
  }: { readonly history: Pick<ConversationHistory, 'items'>; readonly waiting: WaitingQueries },
  conversationId: string,
  { prompt, attachments = [] }: Pick<QueryRequest, 'prompt' | 'attachments'>,
): Promise<boolean> {
  if (attachments.length > 0 || waiting.interruptedPrompt(conversationId) !== prompt) return false;
  try {
    const { items } = await history.items(conversationId, newest);
    const said = items.filter(({ type }) => type !== 'gap');
    const asked = said.findLast((item) => item.type === 'user');
    // A whole answer after it: the prompt that waited is not in the session, an equal one before it is.
    return asked?.text === prompt && said.at(-1)?.type !== 'assistant_text';
  } catch (error) {
    if (error instanceof InvalidRequestError) return false;
    throw error;
  }
}
