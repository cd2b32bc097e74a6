import { Button, CopyButton, Dialog } from '../controls/index.ts';
import type { ReadableAddress } from './readable-address.ts';

interface LinkDialogProps {
  readonly address: ReadableAddress;
  readonly onClose: () => void;
}

/** Asks before a link of the model's is opened, and shows whose page it is. */
export function LinkDialog({ address, onClose }: LinkDialogProps) {
  return (
    <Dialog title="Open this link?" onClose={onClose}>
      <p className="soft">The answer contains a link to</p>
      <p className="link-host">{address.host}</p>
      <p className="address">
        <code>{address.href}</code>
      </p>
      <div className="row dialog-actions">
        <a
          className="button button-primary button-m"
          href={address.href}
          target="_blank"
          rel="noopener noreferrer"
          onClick={onClose}
        >
          Open in browser
        </a>
        <CopyButton text={address.href} label="Copy address" />
        <Button look="quiet" onClick={onClose}>
          Don’t open
        </Button>
      </div>
    </Dialog>
  );
}
