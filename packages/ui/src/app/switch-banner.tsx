import type { CredentialView } from '@postern/contract';
import { Countdown, Notice, useNow } from '../controls/index.ts';
import { credentialName, dayAndTime, payerInWords, reasonInWords } from '../format/index.ts';
import type { Banner } from '../state/banners.ts';

interface SwitchBannerProps {
  readonly banner: Banner;
  readonly credentials: readonly CredentialView[];
  readonly onDismiss: () => void;
}

/** A way back that is this near is counted down to. */
const nearMs = 10 * 60_000;

/** A switch of credential: what, why, who pays now, and when it goes back. */
export function SwitchBanner({ banner, credentials, onDismiss }: SwitchBannerProps) {
  const nowMs = useNow();
  const { from, to, reason, at, back } = banner;
  const until = credentials.find((each) => each.id === from.id)?.cooldownUntil ?? null;
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
        {back ? null : <WayBack until={until} nowMs={nowMs} />}
      </p>
    </Notice>
  );
}

function WayBack({ until, nowMs }: { readonly until: string | null; readonly nowMs: number }) {
  if (until === null) return ' Postern switches back automatically.';
  const leftMs = Date.parse(until) - nowMs;
  if (leftMs <= 0) return ' Postern switches back with the next question.';
  if (leftMs > nearMs) return ` Postern switches back at ${dayAndTime(until, nowMs)}.`;
  return (
    <>
      {' '}
      Postern switches back in <Countdown until={until} />.
    </>
  );
}
