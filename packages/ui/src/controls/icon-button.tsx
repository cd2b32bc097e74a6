import type { ComponentProps } from 'react';
import { Icon, type IconName } from './icon.tsx';

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'className' | 'type' | 'children'> {
  readonly icon: IconName;
  /** What it does; also its tooltip. */
  readonly label: string;
}

/** A button that is only an icon; its label names it for screen readers. With `aria-disabled` it keeps the focus and does nothing. */
export function IconButton({ icon, label, onClick, ...rest }: IconButtonProps) {
  return (
    <button
      {...rest}
      type="button"
      className="icon-button"
      aria-label={label}
      title={label}
      onClick={rest['aria-disabled'] === true ? undefined : onClick}
    >
      <Icon name={icon} />
    </button>
  );
}
