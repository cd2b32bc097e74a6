/** Unix milliseconds, now. Decisions take the time as a value; only the edge asks the clock. */
export type Clock = () => number;

/** ISO 8601 in UTC of Unix milliseconds. */
export function instant(ms: number): string {
  return new Date(ms).toISOString();
}

const clockTime = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long' });

/**
 * A time for a sentence, by the clock of this computer, which is the user's: `14:20 on 27 November`. `nowMs`: the day goes
 * without saying where it is this one; null for what is read on another day.
 */
export function localTime(atMs: number, nowMs: number | null): string {
  const date = day.format(atMs);
  const isToday = nowMs !== null && date === day.format(nowMs);
  return `${clockTime.format(atMs)}${isToday ? '' : ` on ${date}`}`;
}
