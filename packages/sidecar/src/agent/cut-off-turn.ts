import { isDeepStrictEqual } from 'node:util';
import type { QueryRequest } from '@postern/contract';
import { InvalidRequestError } from '../errors/index.ts';
import type { ConversationHistory } from './history/index.ts';
import type { WaitingQueries } from './turn/index.ts';

/**
 * A request as it is to run: one that asks again for what waited when Postern stopped runs as that was asked. A credential of then that is gone is
 * left out, and the order of the settings counts.
 * @param find rejects with `credential_not_found` where there is none; whatever else it rejects with is thrown
 */
export async function asItWaited(
  waiting: Pick<WaitingQueries, 'resumed'>,
  request: QueryRequest,
  find: (credentialId: string) => Promise<unknown>,
): Promise<QueryRequest> {
  const resumed = waiting.resumed(request);
  if (resumed.credential === undefined || resumed.credential === request.credential) return resumed;
  const { credential, ...others } = resumed;
  try {
    await find(credential);
    return resumed;
  } catch (error) {
    if (error instanceof InvalidRequestError && error.code === 'credential_not_found') return others;
    throw error;
  }
}

const newest = { limit: 200, before: null };

/**
 * Where the user asks for the turn that a conversation ends in: the cursor of the page that ends with it. It waited for a plan's reset when
 * Postern stopped, its prompt is in the session, and it was never answered. The program goes on with it then: sent again, the model would read the
 * prompt twice. Null: it is another turn.
 */
export async function cutOffAt(
  {
    history,
    waiting,
  }: { readonly history: Pick<ConversationHistory, 'items'>; readonly waiting: WaitingQueries },
  conversationId: string,
  { prompt, attachments = [] }: Pick<QueryRequest, 'prompt' | 'attachments'>,
): Promise<string | null> {
  const held = waiting.of(conversationId);
  // No session has it, though one may end in the same words.
  if (held?.isUnsent === true) return null;
  const own = held?.request?.attachments ?? [];
  const isOther = attachments.length > 0 && !isDeepStrictEqual(attachments, own);
  if (isOther || waiting.interruptedPrompt(conversationId) !== prompt) return null;
  try {
    const { items, next } = await history.items(conversationId, newest);
    const said = items.filter(({ type }) => type !== 'gap');
    const asked = said.findLast((item) => item.type === 'user' && item.promptId !== undefined);
    // A whole answer after it: the prompt that waited is not in the session, an equal one before it is.
    if (asked?.type !== 'user' || asked.text !== prompt || said.at(-1)?.type === 'assistant_text')
      return null;
    // The gap at its end goes when it goes on.
    const end = items.at(-1)?.type === 'gap' ? items.length - 1 : items.length;
    return String(Number(next ?? 0) + end);
  } catch (error) {
    if (error instanceof InvalidRequestError) return null;
    throw error;
  }
}
