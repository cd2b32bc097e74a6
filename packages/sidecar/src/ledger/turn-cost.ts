import type { Receipt } from '@postern/contract';
import type { RecordedCall } from './model-calls.ts';
import { nanoDollars, usdOf } from './nano-dollars.ts';
import { pricesOf } from './price-table.ts';
import { shareCost } from './share-cost.ts';

/** A call of a turn; `costUsd` is null if unpriced: the program made the call on its own. */
export type TurnCall = Omit<RecordedCall, 'costUsd'> & { readonly costUsd: number | null };

/** The part of a receipt that is about money. */
export type TurnCost = Pick<
  Receipt,
  'costUsd' | 'usage' | 'parts' | 'notReportedUsd' | 'models' | 'unknownModels'
>;

/** What the calls of a turn cost, and the SDK's figure for the whole of it (US dollars): the larger counts. Pure. */
export function turnCost(sdkTotalUsd: number, calls: readonly TurnCall[]): TurnCost {
  const { parts, ...sums } = shareCost(sdkTotalUsd, calls);
  const notReportedUsd = usdOf(calls.reduce((sum, call) => sum + nanoDollars(call.notReportedUsd), 0));
  const unknownModels = [
    ...new Set(
      calls.flatMap(({ model, costUsd }) =>
        costUsd !== null && model !== null && pricesOf(model) === null ? [model] : [],
      ),
    ),
  ];
  const models = [...Map.groupBy(calls, ({ model }) => model ?? '')].flatMap(([model, own]) =>
    model === ''
      ? []
      : {
          model,
          calls: own.length,
          costUsd: usdOf(own.reduce((sum, { costUsd }) => sum + nanoDollars(costUsd ?? 0), 0)),
        },
  );
  return {
    ...sums,
    parts: [...parts],
    ...(notReportedUsd > 0 ? { notReportedUsd } : {}),
    ...(models.length > 1 ? { models } : {}),
    ...(unknownModels.length > 0 ? { unknownModels } : {}),
  };
}
