import type { CredentialView } from '@postern/contract';
import { useEffect, useRef } from 'react';
import { credentialName, payerInWords } from '../format/index.ts';
import type { Banner } from '../state/banners.ts';
import type { Notifications } from './notifications.ts';

/** Tells of a switch of credential and of a question that waits, once each. */
export function useNotifying(
  notifications: Notifications,
  banner: Banner | null,
  questionId: string | null,
  credentials: readonly CredentialView[],
): void {
  // Told once, whatever is read of the accounts since.
  const known = useRef(credentials);
  known.current = credentials;
  useEffect(() => {
    if (banner === null) return;
    const name = credentialName(banner.to, known.current);
    const title = banner.back ? `Back on ${name}` : `${name} is in use`;
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
