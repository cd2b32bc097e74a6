import { useState } from 'react';
import { type Failure, failureOfThrown } from '../format/index.ts';

/** Something that was asked for in a dialog: whether it is under way, and why it failed. */
export interface Run {
  readonly busy: boolean;
  readonly failure: Failure | null;
  /** Does it, then `then`; what it throws is the failure. */
  readonly start: (act: () => Promise<unknown>, then?: () => void) => void;
}

/** One thing at a time, whose outcome the dialog itself shows. */
export function useRun(): Run {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  return {
    busy,
    failure,
    start: (act, then = () => {}) => {
      setBusy(true);
      setFailure(null);
      act()
        .then(then, (thrown: unknown) => setFailure(failureOfThrown(thrown)))
        .finally(() => setBusy(false));
    },
  };
}
