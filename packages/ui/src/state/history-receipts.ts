import { isSamePrompt, type Receipt } from '@postern/contract';
import type { ThreadItem } from './thread-item.ts';

type ReceiptItem = Extract<ThreadItem, { type: 'receipt' }>;

/** Of the history, as all that it says: it is made again with it. */
const keyPrefix = 'h.r.';

/** Receipts of the history for the turns that they are of. */
export function receiptItems(receipts: readonly Receipt[] = []): readonly ReceiptItem[] {
  return receipts.map(({ id, queryId, parts, usage, costUsd, durationMs, outcome, notReportedUsd = 0 }) => ({
    ...{ type: 'receipt', key: `${keyPrefix}${id}`, receiptId: id, promptId: queryId },
    ...{ parts, usage, costUsd, durationMs, outcome, notReportedUsd },
  }));
}

/** Those that stand here already. */
export function receiptsIn(items: readonly ThreadItem[]): readonly ReceiptItem[] {
  return items.flatMap((item) => (item.type === 'receipt' && item.key.startsWith(keyPrefix) ? [item] : []));
}

/** The items with each receipt at the end of its turn. One of a turn that is not here, or that has its receipt, is left out. */
export function withReceipts(
  items: readonly ThreadItem[],
  receipts: readonly ReceiptItem[],
): readonly ThreadItem[] {
  const known = new Set(items.flatMap((item) => (item.type === 'receipt' ? [item.receiptId] : [])));
  let placed = items;
  for (const receipt of receipts) {
    if (known.has(receipt.receiptId)) continue;
    const asked = placed.findIndex((item) => isPromptOf(item, receipt.promptId ?? ''));
    if (asked < 0) continue;
    const next = placed.findIndex((_, at) => at > asked && beginsTurn(placed, at));
    placed = placed.toSpliced(next < 0 ? placed.length : next, 0, receipt);
  }
  return placed;
}

function isPromptOf(item: ThreadItem, id: string): boolean {
  return item.type === 'user' && item.promptId !== undefined && isSamePrompt(item.promptId, id);
}

interface Said {
  readonly type: string;
  readonly promptId?: string | undefined;
}

/** A prompt, also another program's, may be several texts; of one of ours the first has the id. */
export function beginsTurn(items: readonly Said[], at: number): boolean {
  const item = items[at];
  return item?.type === 'user' && (item.promptId !== undefined || items[at - 1]?.type !== 'user');
}
