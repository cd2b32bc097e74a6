import type { CredentialView } from '@postern/contract';
import { Notice } from '../controls/index.ts';
import { dayAndTime, kindNames, payerInWords, reasonInWords } from '../format/index.ts';
import type { Banner } from './banners.ts';

interface SwitchBannerProps {
  readonly banner: Banner;
  readonly credentials: readonly CredentialView[];
  readonly nowMs: number;
  readonly onDismiss: () => void;
}

/** A switch of credential: what, why, who pays now, and when it goes back. */
export function SwitchBanner({ banner, credentials, nowMs, onDismiss }: SwitchBannerProps) {
  const { from, to, reason, at, back } = banner;
  const until = credentials.find((each) => each.id === from.id)?.cooldownUntil ?? null;
  return (
    <Notice
      tone={back ? 'good' : 'warn'}
      title={back ? `Back on ${kindNames[to.kind]}` : `${kindNames[to.kind]} has taken over`}
      onDismiss={onDismiss}
    >
      <p>
        {back
          ? `${kindNames[to.kind]} works again. `
          : `${kindNames[from.kind]} could not be used. ${reasonInWords(reason)}. `}
        Pays now: {payerInWords(to.payer)}, since {dayAndTime(at, nowMs)}.
        {back
          ? ''
          : until === null
            ? ' Postern goes back by itself as soon as it can.'
            : ` Postern goes back at ${dayAndTime(until, nowMs)}.`}
      </p>
    </Notice>
  );
}
