import { usePresentTimeZone } from './present-time-zone.ts';

/** Unix ms of the local midnight that began the day of `ms`, by the system's time zone; `days` moves it by whole local days. */
export function localMidnight(ms: number, days = 0): number {
  usePresentTimeZone();
  const at = new Date(ms);
  // Through the calendar, not by 24 h: a day on which the clocks change has 23 or 25.
  return new Date(at.getFullYear(), at.getMonth(), at.getDate() + days).getTime();
}

/** The local date of `ms` as `2026-11-23`. */
export function localDate(ms: number): string {
  usePresentTimeZone();
  const at = new Date(ms);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${String(at.getFullYear()).padStart(4, '0')}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}
