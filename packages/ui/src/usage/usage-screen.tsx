import type { CredentialView, Receipt, RefreshedUsage } from '@postern/contract';
import { Button, FailureNotice, useNow } from '../controls/index.ts';
import type { LedgerState } from '../state/ledger-state.ts';
import { receiptsCsv } from './receipts-csv.ts';
import { ReceiptsTable } from './receipts-table.tsx';
import { RefreshWindows } from './refresh-windows.tsx';
import { saveFile } from './save-file.ts';
import { SpendCards } from './spend-cards.tsx';
import { localDay } from './spend-series.ts';
import { TimelineList } from './timeline-list.tsx';
import { UsageWindows } from './usage-windows.tsx';
import { useNewDay } from './use-new-day.ts';

interface UsageScreenProps {
  readonly ledger: LedgerState;
  readonly credentials: readonly CredentialView[];
  readonly hrefOf: (conversationId: string) => string;
  readonly onRead: () => void;
  /** Null where no Claude Code account is signed in. */
  readonly onRefresh: (() => Promise<RefreshedUsage>) | null;
  readonly onMoreReceipts: () => void;
  readonly onMoreTimeline: () => void;
  readonly allReceipts: () => Promise<readonly Receipt[]>;
}

/** What was used, what it cost and who paid. */
export function UsageScreen(props: UsageScreenProps) {
  const { ledger } = props;
  const nowMs = useNow();
  useNewDay(props.onRead);
  const save = async () => {
    const csv = receiptsCsv(await props.allReceipts());
    saveFile(`postern-receipts-${localDay(nowMs)}.csv`, 'text/csv', csv);
  };
  return (
    <div className="page page-wide">
      <div className="page-head">
        <h1>Usage</h1>
        <Button look="quiet" size="s" icon="retry" busy={ledger.loading} onClick={props.onRead}>
          Refresh
        </Button>
      </div>
      {ledger.failure === null ? null : <FailureNotice failure={ledger.failure} />}
      {ledger.usage === null ? (
        <p className="soft">{ledger.loading ? 'Loading…' : 'Nothing to show yet.'}</p>
      ) : (
        <>
          <UsageWindows
            windows={ledger.usage.windows}
            credentials={props.credentials}
            nowMs={nowMs}
            refresh={
              props.onRefresh === null ? null : (
                <RefreshWindows nowMs={nowMs} credentials={props.credentials} onRefresh={props.onRefresh} />
              )
            }
          />
          <SpendCards usage={ledger.usage} credentials={props.credentials} nowMs={nowMs} />
          <ReceiptsTable
            receipts={ledger.receipts}
            nowMs={nowMs}
            hrefOf={props.hrefOf}
            onMore={props.onMoreReceipts}
            onExport={save}
          />
          <TimelineList
            timeline={ledger.timeline}
            credentials={props.credentials}
            nowMs={nowMs}
            onMore={props.onMoreTimeline}
          />
        </>
      )}
    </div>
  );
}
