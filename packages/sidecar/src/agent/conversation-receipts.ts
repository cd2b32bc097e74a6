import { type Conversation, isSamePrompt } from '@postern/contract';
import type { Ledger } from '../ledger/index.ts';

/** A prompt that was sent again after Postern ended has a receipt for each time. */
const mostOfTurn = 2;

/** A page of a conversation with who paid for the turns that were asked on it. */
export function withReceipts(ledger: Pick<Ledger, 'receiptsOf'>, page: Conversation): Conversation {
  const asked = page.items.flatMap((item) => (item.type === 'user' && item.promptId ? [item] : []));
  const fromMs = Date.parse(asked[0]?.at ?? '');
  if (Number.isNaN(fromMs)) return page;
  const receipts = ledger
    .receiptsOf(page.id, fromMs, mostOfTurn * asked.length)
    .filter(({ queryId }) => asked.some(({ promptId = '' }) => isSamePrompt(promptId, queryId)));
  return receipts.length === 0 ? page : { ...page, receipts };
}
