import { dollars, dollarsAtMost } from '@postern/contract';
import { dollarsTogether, duration, paidShares, payerInWords, shortCount } from '../format/index.ts';
import type { ThreadItem } from '../state/thread-item.ts';

interface ReceiptLineProps {
  readonly receipt: Extract<ThreadItem, { type: 'receipt' }>;
}

const outcomeWords = { cancelled: 'Stopped', failed: 'Ended with an error' } as const;

/** What a turn cost and who paid, in one line; where several paid, who paid which part of it. */
export function ReceiptLine({ receipt }: ReceiptLineProps) {
  const { parts, usage, costUsd, durationMs, outcome = 'completed', notReportedUsd = 0 } = receipt;
  const input = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
  const shares = paidShares(parts);
  const amounts = dollarsTogether(
    shares.map((each) => each.costUsd),
    costUsd,
  );
  const [only] = shares.length === 1 ? shares : [];
  return (
    <p className="receipt-line tabular">
      <span className="visually-hidden">Receipt: </span>
      {outcome === 'completed' ? null : <span>{outcomeWords[outcome]}</span>}
      {only === undefined ? null : <span>{`Paid by ${payerInWords(only.credential.payer)}`}</span>}
      {shares.length > 1
        ? shares.map(({ credential, name, covered }, at) => (
            <span key={`${credential.id} ${covered}`} className="receipt-part">
              {`${name}, paid by ${payerInWords(credential.payer)}: ${amount(amounts.parts[at] ?? '', covered)}`}
            </span>
          ))
        : null}
      <span>
        {shares.length > 1 ? `Together ${amounts.sum}` : amount(dollars(costUsd), only?.covered ?? false)}
      </span>
      {notReportedUsd > 0 ? <span>{`up to ${dollarsAtMost(notReportedUsd)} more, not reported`}</span> : null}
      <span>{`${shortCount(input)} in, ${shortCount(usage.outputTokens)} out`}</span>
      {durationMs === 0 ? null : <span>{duration(durationMs)}</span>}
    </p>
  );
}

function amount(words: string, covered: boolean): string {
  return covered ? `covered (list price ${words})` : words;
}
