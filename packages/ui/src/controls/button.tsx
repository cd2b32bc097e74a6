import type { ComponentProps, ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';

interface ButtonProps extends Omit<ComponentProps<'button'>, 'className' | 'type'> {
  readonly look?: 'primary' | 'plain' | 'quiet' | 'danger';
  readonly icon?: IconName;
  readonly size?: 's' | 'm';
  readonly submit?: boolean;
  readonly busy?: boolean;
  readonly children: ReactNode;
}

/** A button. `busy` shows that its work is under way and takes no further click, without losing the focus. */
export function Button(props: ButtonProps) {
  const {
    look = 'plain',
    icon,
    size = 'm',
    submit = false,
    busy = false,
    children,
    onClick,
    ...rest
  } = props;
  return (
    <button
      {...rest}
      type={submit ? 'submit' : 'button'}
      className={`button button-${look} button-${size}`}
      aria-disabled={busy || rest['aria-disabled'] || undefined}
      aria-busy={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
    >
      {busy ? (
        <span className="spinner" aria-hidden="true" />
      ) : icon === undefined ? null : (
        <Icon name={icon} />
      )}
      <span>{children}</span>
    </button>
  );
}
