import { dollarsAtMost, type Page, type Receipt, reasonInWords } from '@postern/contract';
import { useState } from 'react';
import { Button, ScrollRegion } from '../controls/index.ts';
import {
  dayAndTime,
  dollarsTogether,
  duration,
  fullInstant,
  type PaidShare,
  paidShares,
  shortCount,
} from '../format/index.ts';
import { LeasedProgram } from './leased-program.tsx';

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
          Some receipts could not be read, so nothing was saved. Try again.
        </p>
      ) : null}
      {receipts.items.length === 0 ? (
        <p className="soft">Each answer adds a receipt here.</p>
      ) : (
        <ScrollRegion className="table-scroll" aria-label="Table of receipts">
          <table className="table receipts">
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
  const { usage, parts, costUsd, unknownModels = [], notReportedUsd = 0 } = receipt;
  const input = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
  const shares = paidShares(parts);
  const amounts = dollarsTogether(
    shares.map((each) => each.costUsd),
    costUsd,
  );
  return (
    <tr>
      <th scope="row">
        {receipt.lease === undefined ? (
          <a href={href} title={fullInstant(receipt.at)}>
            {dayAndTime(receipt.at, nowMs)}
          </a>
        ) : (
          <>
            <span title={fullInstant(receipt.at)}>{dayAndTime(receipt.at, nowMs)}</span>
            <LeasedProgram lease={receipt.lease} subagents={receipt.subagents ?? []} />
          </>
        )}
        {receipt.outcome === 'completed' ? null : (
          <span className="receipt-outcome small soft"> {receipt.outcome}</span>
        )}
      </th>
      <td>
        {shares.map((share, at) => (
          <PaidBy
            key={`${share.credential.id} ${share.covered}`}
            share={share}
            amount={shares.length > 1 ? (amounts.parts[at] ?? null) : null}
          />
        ))}
        {unknownModels.length === 0 ? null : (
          <div className="receipt-reason small soft">
            {`${unknownModels.join(', ')}: no known price, counted as the dearest`}
          </div>
        )}
      </td>
      <td data-label="Model">{receipt.model ?? '–'}</td>
      <td
        className="number tabular"
        data-label="Tokens in / out"
      >{`${shortCount(input)} / ${shortCount(usage.outputTokens)}`}</td>
      <td className="number tabular" data-label="Took">
        {duration(receipt.durationMs)}
      </td>
      <td className="number tabular">
        {shares.length > 0 && shares.every((share) => share.covered) ? (
          <span>
            covered <span className="small soft">({amounts.sum})</span>
          </span>
        ) : (
          amounts.sum
        )}
        {notReportedUsd > 0 ? (
          <div className="receipt-reason small soft">{`up to ${dollarsAtMost(notReportedUsd)} more, not reported`}</div>
        ) : null}
      </td>
    </tr>
  );
}

interface PaidByProps {
  readonly share: PaidShare;
  /** Its part of the sum, where others paid, too. */
  readonly amount: string | null;
}

function PaidBy({ share, amount }: PaidByProps) {
  const reasons = share.reasons.filter((reason) => reason !== 'preferred');
  return (
    <div className="receipt-share">
      {share.name}
      {amount === null ? null : (
        <span className="tabular">{`: ${share.covered ? `covered (${amount})` : amount}`}</span>
      )}
      {reasons.length === 0 ? null : (
        <span className="receipt-reason small soft">{reasons.map(reasonInWords).join(', ')}</span>
      )}
    </div>
  );
}
