/** Unix milliseconds, now. Decisions take the time as a value; only the edge asks the clock. */
export type Clock = () => number;

/** ISO 8601 in UTC of Unix milliseconds. */
export function instant(ms: number): string {
  return new Date(ms).toISOString();
}
