import { useLayoutEffect, useRef, useState } from 'react';
import { type Failure, failureOfThrown } from '../format/index.ts';

/** Something that was asked for in a dialog: whether it is under way, and why it failed. */
export interface Run {
  readonly busy: boolean;
  readonly failure: Failure | null;
  /** Does it, then `then` where the dialog is still there; what it throws is the failure. */
  readonly start: (act: () => Promise<unknown>, then?: () => void) => void;
}

/** One thing at a time, whose outcome the dialog itself shows. */
export function useRun(): Run {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const isThere = useRef(true);
  // At once: one that closes right after it was drawn would be taken for open.
  useLayoutEffect(() => {
    isThere.current = true;
    return () => {
      isThere.current = false;
    };
  }, []);
  return {
    busy,
    failure,
    start: (act, then = () => {}) => {
      setBusy(true);
      setFailure(null);
      act()
        .then(
          () => {
            // It may have closed with what it was about, and another one may be open by now.
            if (isThere.current) then();
          },
          (thrown: unknown) => setFailure(failureOfThrown(thrown)),
        )
        .finally(() => setBusy(false));
    },
  };
}
