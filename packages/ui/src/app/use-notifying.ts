import { useEffect } from 'react';
import { kindName, payerInWords } from '../format/index.ts';
import type { Banner } from '../state/banners.ts';
import type { Notifications } from './notifications.ts';

/** Tells of a switch of credential and of a question that waits, once each. */
export function useNotifying(
  notifications: Notifications,
  banner: Banner | null,
  questionId: string | null,
): void {
  useEffect(() => {
    if (banner === null) return;
    const title = banner.back ? `Back on ${kindName(banner.to)}` : `${kindName(banner.to)} is in use`;
    notifications.tell('switch', title, `Now paid by ${payerInWords(banner.to.payer)}.`);
  }, [notifications, banner]);
  useEffect(() => {
    if (questionId !== null)
      notifications.tell(
        'question',
        'Postern needs an answer',
        'The agent is waiting. Open Postern to answer.',
      );
  }, [notifications, questionId]);
}
