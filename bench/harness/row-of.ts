import type { Bound, Figure, Row } from '../benchmark.ts';
import { median } from './median.ts';

/** What both sides took, in the same unit and in the same rounds. */
export interface Measured {
  readonly what: string;
  readonly unit: Figure['unit'];
  readonly ours: readonly number[];
  readonly peer: { readonly name: string; readonly values: readonly number[] };
  /** Judges the two medians; absent where nothing was promised. */
  readonly bound?: (ours: number, peer: number) => Bound;
}

/** The medians of both sides, their ratio, and how they stand to the bound. */
export function rowOf({ what, unit, ours, peer, bound }: Measured): Row {
  const [our, their] = [median(ours), median(peer.values)];
  return {
    what,
    count: ours.length,
    ours: { value: our, unit },
    peer: { value: their, unit, name: peer.name },
    ratio: our / their,
    bound: bound?.(our, their) ?? null,
  };
}

/** A bound on the ratio. */
export function atMost(limit: number): (ours: number, peer: number) => Bound {
  return (ours, peer) => ({ text: `≤ ${limit.toFixed(2)}`, met: ours / peer <= limit });
}
