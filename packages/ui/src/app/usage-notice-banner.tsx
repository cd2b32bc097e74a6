import { type CredentialView, type UsageNotice, usageNoticeText } from '@postern/contract';
import { useEffect, useRef } from 'react';
import { Notice, useNowAs } from '../controls/index.ts';
import { atTime, credentialNameById, dayAndTime } from '../format/index.ts';
import type { Notifications } from './notifications.ts';

interface UsageNoticeBannerProps {
  readonly notice: UsageNotice | null;
  readonly credentials: readonly CredentialView[];
  readonly notifications: Notifications;
  readonly onDismiss: () => void;
}

const tones = { at_80: 'note', at_95: 'warn', reset: 'good' } as const;

/** Tells that a plan window is nearly used up, or has reset: here, and as a notification while the window is in the background. */
export function UsageNoticeBanner(props: UsageNoticeBannerProps) {
  const { notice, credentials, notifications, onDismiss } = props;
  // Told once for each notice, whatever is read of the accounts since.
  const known = useRef(credentials);
  known.current = credentials;
  useEffect(() => {
    if (notice === null) return;
    const { title, detail } = noticeText(notice, known.current, Date.now());
    notifications.tell(`usage ${notice.credentialId} ${notice.window}`, title, detail);
  }, [notifications, notice]);
  const detail = useNowAs((nowMs) => (notice === null ? '' : noticeText(notice, credentials, nowMs).detail));
  if (notice === null) return null;
  const { title } = noticeText(notice, credentials, Date.now());
  return (
    <Notice tone={tones[notice.notice]} title={title} onDismiss={onDismiss}>
      <p>{detail}</p>
    </Notice>
  );
}

function noticeText(notice: UsageNotice, credentials: readonly CredentialView[], nowMs: number) {
  const credentialId = credentialNameById(notice.credentialId, credentials);
  return usageNoticeText(
    { ...notice, credentialId },
    (atMs) => dayAndTime(atMs, nowMs),
    (atMs) => atTime(atMs, nowMs),
  );
}
