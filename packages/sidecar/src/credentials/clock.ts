/** Unix milliseconds, now. Decisions take the time as a value; only the edge asks the clock. */
export type Clock = () => number;

/** ISO 8601 in UTC of Unix milliseconds. */
export function instant(ms: number): string {
  return new Date(ms).toISOString();
}

/** The end of the year 9999: an instant of a later one is not in the contract's form, and `instant` throws for some. */
const latestMs = 253_402_300_799_999;

/** A time (Unix ms) that another program states, which may be any number: null where it is none that can be shown. */
export function statedTime(ms: number): number | null {
  return Number.isFinite(ms) && ms <= latestMs ? Math.max(ms, 0) : null;
}

/**
 * A time for a sentence, by the clock of this computer, which is the user's: `14:20 on 27 November`. `nowMs`: the day goes
 * without saying where it is this one; null for what is read on another day.
 */
export function localTime(atMs: number, nowMs: number | null): string {
  formats ??= {
    time: new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' }),
    day: new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long' }),
  };
  const date = formats.day.format(atMs);
  const isToday = nowMs !== null && date === formats.day.format(nowMs);
  return `${formats.time.format(atMs)}${isToday ? '' : ` on ${date}`}`;
}

/** Made at the first use: they bring 6 MB of Node's calendars and languages into memory. */
let formats: { readonly time: Intl.DateTimeFormat; readonly day: Intl.DateTimeFormat } | undefined;
