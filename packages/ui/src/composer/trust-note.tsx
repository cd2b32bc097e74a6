import type { WorkspaceLook, WorkspaceTrustRequest } from '@postern/contract';
import { useEffect, useRef, useState } from 'react';
import { Button, Icon } from '../controls/index.ts';
import { type Failure, failureOfThrown } from '../format/index.ts';
import { TrustSheet } from './trust-sheet.tsx';

interface TrustNoteProps {
  /** Absolute; empty: a folder of the conversation's own. */
  readonly workspace: string;
  /** The query that runs there; null: none. A query begins with what the folder holds then, and its agent may change that. */
  readonly queryId: string | null;
  readonly look: (path: string) => Promise<WorkspaceLook>;
  readonly trust: (request: WorkspaceTrustRequest) => Promise<WorkspaceLook>;
}

const words = {
  none: 'This folder’s instructions are not loaded',
  changed: 'This folder’s instructions have changed and are not loaded',
  trusted: 'This folder’s instructions are loaded',
} as const satisfies Record<WorkspaceLook['trust'], string>;

/** Whether the folder's instructions load, with the way to see them and decide. Nothing where there is nothing that could. Another folder takes a note of its own. */
export function TrustNote({ workspace, queryId, look, trust }: TrustNoteProps) {
  const [shown, setShown] = useState<WorkspaceLook | null>(null);
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const looking = useRef(look);
  looking.current = look;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the folder is looked at again when a query begins or ends there.
  useEffect(() => {
    // What the user is reading is what the next click is about.
    if (workspace === '' || open) return;
    let current = true;
    looking.current(workspace).then(
      (found) => {
        if (current) setShown(found);
      },
      // A folder that is not there is said where it is used.
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [workspace, queryId, open]);
  if (shown === null || (shown.items.length === 0 && shown.trust === 'none')) return null;

  const decide = async (hash: string | null): Promise<void> => {
    setBusy(true);
    setFailure(null);
    try {
      setShown(await trust({ path: shown.path, hash }));
      setOpen(false);
    } catch (thrown) {
      setFailure(failureOfThrown(thrown));
      // What is there now is what the next click is about.
      setShown(await look(shown.path).catch(() => shown));
    }
    setBusy(false);
  };
  const show = async (): Promise<void> => {
    setFailure(null);
    setShown(await look(shown.path).catch(() => shown));
    setOpen(true);
  };
  return (
    <div className="row trust-note">
      <Icon name={shown.trust === 'trusted' ? 'check' : 'note'} size={16} />
      <span>
        {shown.items.some(({ loads }) => loads)
          ? words[shown.trust]
          : 'This folder has agent settings that are not loaded'}
        .
      </span>
      <Button size="s" look="quiet" onClick={() => void show()}>
        {shown.trust === 'trusted' ? 'Show' : 'Review'}
      </Button>
      {open ? (
        <TrustSheet
          look={shown}
          failure={failure}
          busy={busy}
          onTrust={(hash) => void decide(hash)}
          onClose={() => setOpen(false)}
        />
      ) : null}
    </div>
  );
}
