import type { ReactNode } from 'react';
import { HandFocusOn } from './hand-focus-on.tsx';
import { Icon, type IconName } from './icon.tsx';
import { IconButton } from './icon-button.tsx';

/** How serious something is. */
export type Tone = 'note' | 'good' | 'warn' | 'bad';

const icons: Readonly<Record<Tone, IconName>> = {
  note: 'note',
  good: 'check',
  warn: 'warning',
  bad: 'error',
};

interface NoticeProps {
  readonly tone: Tone;
  readonly title: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
  readonly onDismiss?: () => void;
}

/** A message in the flow of the page: what happened, then what it means, then what can be done. */
export function Notice({ tone, title, children, actions, onDismiss }: NoticeProps) {
  return (
    <div className={`notice notice-${tone}`}>
      <Icon name={icons[tone]} />
      <div className="notice-text">
        <p className="notice-title">{title}</p>
        {children === undefined ? null : <div className="notice-body">{children}</div>}
        {actions === undefined ? null : <div className="row notice-actions">{actions}</div>}
      </div>
      {onDismiss === undefined ? null : (
        <HandFocusOn to="main">
          <IconButton icon="close" label="Dismiss" onClick={onDismiss} />
        </HandFocusOn>
      )}
    </div>
  );
}
