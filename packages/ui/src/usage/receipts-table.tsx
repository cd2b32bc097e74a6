import type { Page, Receipt } from '@postern/contract';
import { useState } from 'react';
import { Button, ScrollRegion } from '../controls/index.ts';
import {
  dayAndTime,
  dollars,
  duration,
  fullInstant,
  kindNames,
  reasonInWords,
  shortCount,
} from '../format/index.ts';

interface ReceiptsTableProps {
  readonly receipts: Page<Receipt>;
  readonly nowMs: number;
  readonly hrefOf: (conversationId: string) => string;
  readonly onMore: () => void;
  /** Saves every receipt as CSV. */
  readonly onExport: () => Promise<void>;
}

/** One line for each turn: who paid, how much, and why it was that credential. */
export function ReceiptsTable({ receipts, nowMs, hrefOf, onMore, onExport }: ReceiptsTableProps) {
  const [exporting, setExporting] = useState<'idle' | 'busy' | 'failed'>('idle');
  const save = () => {
    setExporting('busy');
    onExport().then(
      () => setExporting('idle'),
      () => setExporting('failed'),
    );
  };
  return (
    <section className="card" aria-labelledby="receipts-title">
      <div className="card-head">
        <h2 id="receipts-title">Receipts</h2>
        <Button
          size="s"
          icon="download"
          busy={exporting === 'busy'}
          disabled={receipts.items.length === 0}
          onClick={save}
        >
          Export as CSV
        </Button>
      </div>
      {exporting === 'failed' ? (
        <p className="field-problem" role="alert">
          The receipts could not all be read. Nothing was saved; try again.
        </p>
      ) : null}
      {receipts.items.length === 0 ? (
        <p className="soft">A receipt is written after every turn.</p>
      ) : (
        <ScrollRegion className="table-scroll" aria-label="Table of receipts">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">When</th>
                <th scope="col">Paid by</th>
                <th scope="col">Model</th>
                <th scope="col" className="number">
                  Tokens in / out
                </th>
                <th scope="col" className="number">
                  Took
                </th>
                <th scope="col" className="number">
                  Cost
                </th>
              </tr>
            </thead>
            <tbody>
              {receipts.items.map((receipt) => (
                <ReceiptRow
                  key={receipt.id}
                  receipt={receipt}
                  nowMs={nowMs}
                  href={hrefOf(receipt.conversationId)}
                />
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      )}
      {receipts.next === null ? null : (
        <Button size="s" look="quiet" onClick={onMore}>
          Show older receipts
        </Button>
      )}
    </section>
  );
}

interface ReceiptRowProps {
  readonly receipt: Receipt;
  readonly nowMs: number;
  readonly href: string;
}

function ReceiptRow({ receipt, nowMs, href }: ReceiptRowProps) {
  const { usage } = receipt;
  const input = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
  return (
    <tr>
      <th scope="row">
        <a href={href} title={fullInstant(receipt.at)}>
          {dayAndTime(receipt.at, nowMs)}
        </a>
        {receipt.outcome === 'completed' ? null : <span className="small soft"> {receipt.outcome}</span>}
      </th>
      <td>
        {receipt.parts.map((part) => (
          <div key={part.credential.id}>
            {kindNames[part.credential.kind]}
            {part.reason === 'preferred' ? null : (
              <span className="receipt-reason small soft">{reasonInWords(part.reason)}</span>
            )}
          </div>
        ))}
      </td>
      <td>{receipt.model ?? '–'}</td>
      <td className="number tabular">{`${shortCount(input)} / ${shortCount(usage.outputTokens)}`}</td>
      <td className="number tabular">{duration(receipt.durationMs)}</td>
      <td className="number tabular">
        {receipt.parts.every((part) => part.covered) ? (
          <span>
            covered <span className="small soft">({dollars(receipt.costUsd)})</span>
          </span>
        ) : (
          dollars(receipt.costUsd)
        )}
      </td>
    </tr>
  );
}
