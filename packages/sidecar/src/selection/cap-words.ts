import { capDollars, capInWords, dollarsAtMost } from '@postern/contract';
import type { CapExceeded } from '../ledger/index.ts';

/** Why a call was not sent. */
export function capReachedWords({
  scope,
  capUsd,
  spentUsd,
  reservedUsd,
  thisCallAtMostUsd,
}: CapExceeded): string {
  const others =
    reservedUsd > 0 ? `, up to ${dollarsAtMost(reservedUsd)} is under way or was never reported` : '';
  return `The cap ${capInWords[scope]} is ${capDollars(capUsd)}. ${dollarsAtMost(spentUsd)} is spent${others}, and the next call may cost up to ${dollarsAtMost(thisCallAtMostUsd)}. It was not sent.`;
}
