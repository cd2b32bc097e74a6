import { type ReactNode, useState } from 'react';
import { createPortal } from 'react-dom';
import { LinkDialog } from './link-dialog.tsx';
import { readableAddress } from './readable-address.ts';

interface SafeLinkProps {
  readonly href: string;
  readonly children: ReactNode;
}

/**
 * A link in the model's text. It is a button and carries no address the browser could act on (prefetch, middle
 * click, drag): where it leads is shown first. What is no web address stays text.
 */
export function SafeLink({ href, children }: SafeLinkProps) {
  const [asking, setAsking] = useState(false);
  const address = readableAddress(href);
  if (address === null) return <span className="dead-link">{children}</span>;
  return (
    <>
      <button type="button" className="text-link" onClick={() => setAsking(true)}>
        {children}
      </button>
      {asking
        ? createPortal(<LinkDialog address={address} onClose={() => setAsking(false)} />, document.body)
        : null}
    </>
  );
}
