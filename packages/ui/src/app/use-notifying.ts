import type { CredentialView } from '@postern/contract';
import { useEffect, useRef } from 'react';
import { credentialName, payerInWords } from '../format/index.ts';
import type { Banner } from '../state/banners.ts';
import type { Notifications } from './notifications.ts';

/** Tells of a switch of credential and of each question, in whatever conversation, once. */
export function useNotifying(
  notifications: Notifications,
  banner: Banner | null,
  questionIds: readonly string[],
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
  const told = useRef<readonly string[]>([]);
  useEffect(() => {
    const isNew = questionIds.some((id) => !told.current.includes(id));
    told.current = questionIds;
    if (isNew)
      notifications.tell(
        'question',
        'Postern needs an answer',
        'The agent is waiting. Open Postern to answer.',
      );
  }, [notifications, questionIds]);
}
