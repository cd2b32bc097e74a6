import type { CredentialRef, CredentialView } from '@postern/contract';
import { Countdown, Notice, useNow } from '../controls/index.ts';
import { dayAndTime, kindNames, payerInWords, reasonInWords } from '../format/index.ts';
import type { Banner } from './banners.ts';

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
  const taking = nameOf(to, credentials);
  return (
    <Notice
      tone={back ? 'good' : 'warn'}
      title={back ? `Back on ${taking}` : `${taking} has taken over`}
      onDismiss={onDismiss}
    >
      <p>
        {back
          ? `${taking} works again. `
          : `${nameOf(from, credentials)} could not be used. ${reasonInWords(reason)}. `}
        Pays now: {payerInWords(to.payer)}, since {dayAndTime(at, nowMs)}.
        {back ? null : <WayBack until={until} nowMs={nowMs} />}
      </p>
    </Notice>
  );
}

function WayBack({ until, nowMs }: { readonly until: string | null; readonly nowMs: number }) {
  if (until === null) return ' Postern goes back by itself as soon as it can.';
  const leftMs = Date.parse(until) - nowMs;
  if (leftMs <= 0) return ' Postern goes back with the next question.';
  if (leftMs > nearMs) return ` Postern goes back at ${dayAndTime(until, nowMs)}.`;
  return (
    <>
      {' '}
      Postern goes back in <Countdown until={until} />.
    </>
  );
}

/** The kind, and which of several accounts of it. */
function nameOf({ id, kind }: CredentialRef, credentials: readonly CredentialView[]): string {
  const own = credentials.filter((each) => each.kind === kind && each.status !== 'absent');
  const label = own.find((each) => each.id === id)?.label;
  return own.length < 2 || label === undefined ? kindNames[kind] : `${kindNames[kind]} “${label}”`;
}
