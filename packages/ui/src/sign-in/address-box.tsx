import { CopyButton, ScrollRegion } from '../controls/index.ts';

interface AddressBoxProps {
  readonly address: string;
  readonly onCopied?: () => void;
}

/** An address to check and to copy, with its host made plain. */
export function AddressBox({ address, onCopied }: AddressBoxProps) {
  return (
    <div className="address-box">
      <div className="address-head">
        <p className="link-host">{hostOf(address)}</p>
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

/** The host of an address, which says where one signs in; what is not an address, whole. */
export function hostOf(address: string): string {
  return URL.parse(address)?.host ?? address;
}
