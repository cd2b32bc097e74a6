import type { CredentialView, RefreshedUsage, UsageRefresh } from '@postern/contract';
import { useState } from 'react';
import { Button, FailureNotice } from '../controls/index.ts';
import { atTime, credentialNameById, type Failure, failureOf, failureOfThrown } from '../format/index.ts';

interface RefreshWindowsProps {
  readonly nowMs: number;
  readonly credentials: readonly CredentialView[];
  /** Asks, shows the new reading, and gives what became of each account. */
  readonly onRefresh: () => Promise<RefreshedUsage>;
}

/** Reads the plan windows of the Claude Code accounts again, and says what came of it. */
export function RefreshWindows({ nowMs, credentials, onRefresh }: RefreshWindowsProps) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [refreshed, setRefreshed] = useState<readonly UsageRefresh[]>([]);
  const ask = () => {
    setBusy(true);
    setFailure(null);
    onRefresh()
      .then(
        (usage) => setRefreshed(usage.refreshed),
        (thrown: unknown) => setFailure(failureOfThrown(thrown)),
      )
      .finally(() => setBusy(false));
  };
  const said = refreshed
    .map((each) => `${credentialNameById(each.credentialId, credentials)}: ${outcomeInWords(each, nowMs)}`)
    .join(' ');
  return (
    <>
      <div className="row">
        <Button size="s" icon="retry" busy={busy} onClick={ask}>
          Ask Claude Code now
        </Button>
      </div>
      <p className="small soft" role="status">
        {said}
      </p>
      {failure === null ? null : <FailureNotice failure={failure} />}
    </>
  );
}

function outcomeInWords({ state, nextAt, code }: UsageRefresh, nowMs: number): string {
  const next = atTime(nextAt, nowMs);
  if (state === 'read') return 'read just now.';
  if (state === 'recent') return `asked less than 5 minutes ago; can be asked again ${next}.`;
  const { title } = failureOf({ code: code ?? 'usage_unavailable', title: '' });
  return `${title}. Can be asked again ${next}.`;
}
