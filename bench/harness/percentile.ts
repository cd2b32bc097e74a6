/** The value that a share of the values, given as 0 to 1, does not exceed. @throws Error where there is none, or one is no number */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
  if (value === undefined || values.some(Number.isNaN)) throw new Error('nothing was measured');
  return value;
}
