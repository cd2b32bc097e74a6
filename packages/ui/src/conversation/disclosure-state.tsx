import { createContext, type ReactNode, useContext, useRef, useState } from 'react';

const KeptOpen = createContext<Map<string, boolean>>(new Map());

interface DisclosureStateProviderProps {
  readonly children: ReactNode;
}

/** Remembers what was folded and unfolded below it: a long conversation takes what is out of sight off the page. */
export function DisclosureStateProvider({ children }: DisclosureStateProviderProps) {
  const kept = useRef<Map<string, boolean>>(new Map());
  return <KeptOpen value={kept.current}>{children}</KeptOpen>;
}

interface FoldProps {
  /** Unique below the provider. */
  readonly name: string;
  /** Its state until the user folds or unfolds it. */
  readonly startsOpen?: boolean;
  readonly className: string;
  readonly summary: ReactNode;
  readonly children: ReactNode;
}

/** Something that folds, and is found as it was left. */
export function Fold({ name, startsOpen = false, className, summary, children }: FoldProps) {
  const kept = useContext(KeptOpen);
  const [chosen, setChosen] = useState(kept.get(name));
  const open = chosen ?? startsOpen;
  return (
    <details
      className={className}
      open={open}
      onToggle={(event) => {
        // The event also fires for toggles this component made itself; those are not the user's choice.
        const now = event.currentTarget.open;
        if (now === open) return;
        kept.set(name, now);
        setChosen(now);
      }}
    >
      <summary>{summary}</summary>
      {open ? children : null}
    </details>
  );
}
