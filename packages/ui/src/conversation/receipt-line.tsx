import { dollars, duration, payerInWords, shortCount } from '../format/index.ts';
import type { ThreadItem } from './thread-item.ts';

interface ReceiptLineProps {
  readonly receipt: Extract<ThreadItem, { type: 'receipt' }>;
}

/** What a turn cost and who paid, in one line. */
export function ReceiptLine({ receipt }: ReceiptLineProps) {
  const { usage, costUsd, covered, durationMs } = receipt;
  const input = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
  const cost = covered ? `covered (list price ${dollars(costUsd)})` : dollars(costUsd);
  return (
    <p className="receipt-line tabular">
      <span className="visually-hidden">Receipt: </span>
      {receipt.payer === null ? null : <span>{`Paid by ${payerInWords(receipt.payer)}`}</span>}
      <span>{cost}</span>
      <span>{`${shortCount(input)} in, ${shortCount(usage.outputTokens)} out`}</span>
      <span>{duration(durationMs)}</span>
    </p>
  );
}
