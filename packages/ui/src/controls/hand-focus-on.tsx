import { type ReactNode, useLayoutEffect, useRef } from 'react';

interface HandFocusOnProps {
  /** The id of what takes the focus. */
  readonly to: string;
  readonly children: ReactNode;
}

/** Buttons that can go away while one of them has the focus: it goes on from there, not to the beginning of the page. */
export function HandFocusOn({ to, children }: HandFocusOnProps) {
  const place = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    const element = place.current;
    // Runs before they are taken off the page, so the focus is still known.
    return () => {
      if (element?.contains(document.activeElement)) document.getElementById(to)?.focus();
    };
  }, [to]);
  return (
    <span ref={place} style={{ display: 'contents' }}>
      {children}
    </span>
  );
}
