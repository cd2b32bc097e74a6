import type { CapScope } from '@postern/contract';
import type { CapExceeded } from '../ledger/index.ts';

/** What a cap is for, in a sentence. */
export const scopeWords: { readonly [Scope in CapScope]: string } = {
  turn: 'for one turn',
  workspace: 'for this folder today',
  day: 'for today',
  month: 'for this month',
};

/** Why a call was not sent. */
export function capReachedWords({
  scope,
  capUsd,
  spentUsd,
  reservedUsd,
  thisCallAtMostUsd,
}: CapExceeded): string {
  const others = reservedUsd > 0 ? `, up to ${dollars(reservedUsd)} is under way or was never reported` : '';
  return `The cap ${scopeWords[scope]} is ${capDollars(capUsd)}. ${dollars(spentUsd)} is spent${others}, and the next call may cost up to ${dollars(thisCallAtMostUsd)}. It was not sent.`;
}

/** Rounded up, never down: the figure shown is never less than it may be. Below a cent to a hundredth of one, as caps may be that small. */
export function dollars(usd: number): string {
  const digits = usd < 0.01 && usd > 1e-9 ? 4 : 2;
  return `$${(Math.ceil(usd * 10 ** digits - 1e-7) / 10 ** digits).toFixed(digits)}`;
}

/** As it was chosen: rounded it would be another cap. */
export function capDollars(usd: number): string {
  const cents = usd.toFixed(2);
  return `$${Number(cents) === usd ? cents : usd.toFixed(9).replace(/0+$/, '')}`;
}
