import { CopyButton, ScrollRegion } from '../controls/index.ts';

interface AddressBoxProps {
  readonly address: string;
  readonly onCopied?: () => void;
}

/** An address to check and to copy, with its host made plain. */
export function AddressBox({ address, onCopied }: AddressBoxProps) {
  const host = URL.parse(address)?.host ?? address;
  return (
    <div className="address-box">
      <div className="address-head">
        <p className="link-host">{host}</p>
        <span onClickCapture={onCopied}>
          <CopyButton text={address} label="Copy address" />
        </span>
      </div>
      <ScrollRegion className="address" aria-label="Address of the sign-in page">
        <code>{address}</code>
      </ScrollRegion>
    </div>
  );
}
