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
  return `The cap ${scopeWords[scope]} is ${dollars(capUsd)}. ${dollars(spentUsd)} is spent${others}, and the next call may cost up to ${dollars(thisCallAtMostUsd)}. It was not sent.`;
}

/** Rounded up, never down: the figure shown is never less than it may be. */
export function dollars(usd: number): string {
  return `$${(Math.ceil(usd * 100 - 1e-7) / 100).toFixed(2)}`;
}
