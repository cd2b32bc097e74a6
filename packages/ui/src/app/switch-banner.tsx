import { type CredentialView, reasonInWords } from '@postern/contract';
import { Notice, useNow } from '../controls/index.ts';
import { atTime, credentialName, dayAndTime, payerInWords } from '../format/index.ts';
import type { Banner } from '../state/banners.ts';

interface SwitchBannerProps {
  readonly banner: Banner;
  readonly credentials: readonly CredentialView[];
  readonly onDismiss: () => void;
}

/** A switch of credential: what, why, who pays now, and when it goes back: a time, since a countdown in a live region would be read out. */
export function SwitchBanner({ banner, credentials, onDismiss }: SwitchBannerProps) {
  const nowMs = useNow();
  const { from, to, reason, at, back } = banner;
  const left = credentials.find((each) => each.id === from.id);
  const taking = credentialName(to, credentials);
  return (
    <Notice
      tone={back ? 'good' : 'warn'}
      title={back ? `Back on ${taking}` : `${taking} is in use`}
      onDismiss={onDismiss}
    >
      <p>
        {back
          ? `${taking} works again. `
          : `${credentialName(from, credentials)} can’t be used. ${reasonInWords(reason)}. `}
        Now paid by {payerInWords(to.payer)}, since {dayAndTime(at, nowMs)}.
        {back ? null : wayBack(left, nowMs)}
      </p>
    </Notice>
  );
}

/** @param left what was left; undefined where it is gone */
function wayBack(left: CredentialView | undefined, nowMs: number): string {
  // Nothing switches back before the user has done something.
  if (left?.status === 'reauthorization_required' || left?.status === 'absent')
    return left.kind === 'api_key'
      ? ' Postern switches back once there is a key that works.'
      : ' Postern switches back once you have signed in again.';
  const until = left?.cooldownUntil ?? null;
  if (until === null) return ' Postern switches back automatically.';
  return Date.parse(until) <= nowMs
    ? ' Postern switches back with the next question.'
    : ` Postern switches back ${atTime(until, nowMs)}.`;
}
