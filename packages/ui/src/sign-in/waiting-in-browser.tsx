import type { ReactNode } from 'react';
import { UnderWay } from '../controls/index.ts';
import type { Failure } from '../format/index.ts';
import { AddressBox } from './address-box.tsx';
import { Leave } from './leave.tsx';
import { PasteField } from './paste-field.tsx';

interface WaitingInBrowserProps {
  readonly title: string;
  /** What the user should know meanwhile. */
  readonly children: ReactNode;
  /** For another browser; null where none is known yet. */
  readonly address: string | null;
  /** A link that opens the page again. */
  readonly link?: ReactNode;
  readonly pasteFailure: Failure | null;
  /** A pasted code is being looked at. */
  readonly checking: boolean;
  readonly onPaste: (text: string) => void;
  readonly onCancel: () => void;
}

/** The user signs in on a page elsewhere: ways to help it along, for every kind of sign-in. */
export function WaitingInBrowser(props: WaitingInBrowserProps) {
  const { title, children, address, link, pasteFailure, checking, onPaste, onCancel } = props;
  return (
    <div className="stack">
      <UnderWay>{title}</UnderWay>
      <p className="soft">{children}</p>
      {address === null ? null : (
        <details className="fold">
          <summary>Page did not open? Use another browser</summary>
          <div className="stack">
            <AddressBox address={address} />
            {link}
          </div>
        </details>
      )}
      <PasteField failure={pasteFailure} busy={checking} onPaste={onPaste} />
      <Leave label="Cancel" onLeave={onCancel} />
    </div>
  );
}
