import { capDollars, capInWords, dollarsAtMost } from '@postern/contract';
import { mostOfTurnUsd, nothingBilled, usdOf } from '../ledger/index.ts';
import type { TurnAllowance } from './query.ts';
import type { AdmittedCall } from './spend-guard.ts';

/** What a turn may spend that was let begin with the remainder of a cap; none where no cap holds for it. */
export function turnAllowance(call: AdmittedCall): TurnAllowance | undefined {
  const { remainder } = call;
  if (remainder === null) {
    call.end({ type: 'not_charged' });
    return undefined;
  }
  const leftUsd = usdOf(remainder.leftNano);
  return {
    budgetUsd: leftUsd,
    reached: (spentUsd) =>
      `The cap ${capInWords[remainder.scope]} is ${capDollars(remainder.capUsd)}. ${dollarsAtMost(leftUsd)} of it was left, and this turn has spent ${dollarsAtMost(spentUsd)}. It was stopped before its next call.`,
    end({ costUsd, usage, model, openUsd }) {
      // A figure that cannot be: all that was left counts.
      if (!(costUsd <= mostOfTurnUsd))
        call.end({ type: 'absurd', usage: { ...nothingBilled, ...usage }, model });
      else if (costUsd > 0 || openUsd > 0) call.end({ type: 'priced', costUsd, usage, model, openUsd });
      else call.end({ type: 'not_charged' });
    },
  };
}
