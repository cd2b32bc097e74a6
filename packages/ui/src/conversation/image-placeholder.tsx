import { Icon } from '../controls/index.ts';
import { readableAddress } from './readable-address.ts';
import { SafeLink } from './safe-link.tsx';

interface ImagePlaceholderProps {
  readonly src: string;
  readonly alt: string;
}

/** What stands where the model's text has an image. Loading it would tell its host about this conversation. */
export function ImagePlaceholder({ src, alt }: ImagePlaceholderProps) {
  const address = readableAddress(src);
  return (
    <span className="image-placeholder">
      <Icon name="image" size={16} />
      <span>{alt === '' ? 'Image, not loaded' : `Image, not loaded: ${alt}`}</span>
      {address === null ? null : <SafeLink href={address.href}>{address.host}</SafeLink>}
    </span>
  );
}
