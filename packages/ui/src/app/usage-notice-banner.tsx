import { type UsageNotice, usageNoticeText } from '@postern/contract';
import { useEffect } from 'react';
import { Notice } from '../controls/index.ts';
import { dayAndTime } from '../format/index.ts';
import type { Notifications } from './notifications.ts';

interface UsageNoticeBannerProps {
  readonly notice: UsageNotice | null;
  readonly notifications: Notifications;
  readonly onDismiss: () => void;
}

const tones = { at_80: 'note', at_95: 'warn', reset: 'good' } as const;

/** Tells that a plan window is nearly used up, or has reset: here, and as a notification while the window is in the background. */
export function UsageNoticeBanner({ notice, notifications, onDismiss }: UsageNoticeBannerProps) {
  useEffect(() => {
    if (notice === null) return;
    const { title, text } = usageNoticeText(notice, inWords);
    notifications.tell(`usage ${notice.credentialId} ${notice.window}`, title, text);
  }, [notifications, notice]);
  if (notice === null) return null;
  const { title, text } = usageNoticeText(notice, inWords);
  return (
    <Notice tone={tones[notice.notice]} title={title} onDismiss={onDismiss}>
      <p>{text}</p>
    </Notice>
  );
}

function inWords(atMs: number): string {
  return dayAndTime(atMs, Date.now());
}
