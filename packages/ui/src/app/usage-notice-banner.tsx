import { type CredentialView, type UsageNotice, usageNoticeText } from '@postern/contract';
import { useEffect, useRef } from 'react';
import { Notice } from '../controls/index.ts';
import { credentialNameById, dayAndTime } from '../format/index.ts';
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
    const { title, detail } = noticeText(notice, known.current);
    notifications.tell(`usage ${notice.credentialId} ${notice.window}`, title, detail);
  }, [notifications, notice]);
  if (notice === null) return null;
  const { title, detail } = noticeText(notice, credentials);
  return (
    <Notice tone={tones[notice.notice]} title={title} onDismiss={onDismiss}>
      <p>{detail}</p>
    </Notice>
  );
}

function noticeText(notice: UsageNotice, credentials: readonly CredentialView[]) {
  const credentialId = credentialNameById(notice.credentialId, credentials);
  return usageNoticeText({ ...notice, credentialId }, inWords);
}

function inWords(atMs: number): string {
  return dayAndTime(atMs, Date.now());
}
