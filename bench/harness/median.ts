/** The middle value; of an even number the lower one of the two. @throws Error where there is none, or one is no number */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted[(sorted.length - 1) >> 1];
  if (middle === undefined || values.some(Number.isNaN)) throw new Error('nothing was measured');
  return middle;
}
