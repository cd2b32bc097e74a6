import { dollarsTo } from '@postern/contract';

const short = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });

/** A sum and what it is made of, to the same decimals and rounded so that what is read adds up. */
export function dollarsTogether(
  partsUsd: readonly number[],
  sumUsd: number,
): { readonly sum: string; readonly parts: readonly string[] } {
  const isFine = [...partsUsd, sumUsd].some((each) => each !== 0 && Math.abs(each) < 0.1);
  const [unit, decimals] = isFine ? [10_000, 4] : [100, 2];
  const exact = partsUsd.map((each) => each * unit);
  const whole = exact.map(Math.floor);
  const sum = Math.round(sumUsd * unit);
  const left = sum - whole.reduce((total, each) => total + each, 0);
  // Largest remainders first, as the receipt itself is shared out.
  const raised = new Set(
    exact
      .map((each, at) => ({ rest: each - Math.floor(each), at }))
      .sort((a, b) => b.rest - a.rest || a.at - b.at)
      .slice(0, Math.max(0, left))
      .map(({ at }) => at),
  );
  return {
    sum: dollarsTo(sum / unit, decimals),
    parts: whole.map((each, at) => dollarsTo((each + (raised.has(at) ? 1 : 0)) / unit, decimals)),
  };
}

/** A count that fits a line: `12.3K`. */
export function shortCount(value: number): string {
  return short.format(value);
}

/** 0 to 1 as `42%`. */
export function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}
