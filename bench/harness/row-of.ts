import type { Bound, Figure, Row } from '../benchmark.ts';
import { median } from './median.ts';

/** What both sides took, in the same unit and in the same rounds. */
export interface Measured {
  readonly what: string;
  readonly unit: Figure['unit'];
  readonly ours: readonly number[];
  /** Null where nothing else does the same. */
  readonly peer: { readonly name: string; readonly values: readonly number[] } | null;
  /** What is made of the values of each side; default: their median. */
  readonly statistic?: (values: readonly number[]) => number;
  /** Judges the two medians; absent where nothing was promised. */
  readonly bound?: (ours: number, peer: number) => Bound;
}

/** The medians of both sides (or what `statistic` makes of them), their ratio, and how they stand to the bound. */
export function rowOf({ what, unit, ours, peer, statistic = median, bound }: Measured): Row {
  const our = statistic(ours);
  const their = peer === null ? Number.NaN : statistic(peer.values);
  return {
    what,
    count: ours.length,
    ours: { value: our, unit },
    peer: peer === null ? null : { value: their, unit, name: peer.name },
    ratio: peer === null ? null : our / their,
    bound: bound?.(our, their) ?? null,
  };
}

/** A bound on the ratio. */
export function ratioAtMost(limit: number): NonNullable<Measured['bound']> {
  return (ours, peer) => ({ text: `ratio ≤ ${limit.toFixed(2)}`, met: ours / peer <= limit });
}

/** A bound on the ratio from below. */
export function ratioAtLeast(limit: number): NonNullable<Measured['bound']> {
  return (ours, peer) => ({ text: `ratio ≥ ${limit.toFixed(2)}`, met: ours / peer >= limit });
}

/** A bound on our own figure, whatever the peer's is. */
export function atMost(limit: number, unit: Figure['unit']): NonNullable<Measured['bound']> {
  return (ours) => ({ text: `≤ ${limit} ${unit}`, met: ours <= limit });
}
