const clockFormat = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const dayFormat = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const fullFormat = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'long' });
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

function clockTime(instant: string | number): string {
  return clockFormat.format(new Date(instant));
}

/** The local time, with the day where it is not today: `14:20`, `tomorrow 02:05`, `24 Nov 14:20`. */
export function dayAndTime(instant: string | number, nowMs: number): string {
  const away = daysAway(instant, nowMs);
  if (away === 0) return clockTime(instant);
  if (away === 1) return `tomorrow ${clockTime(instant)}`;
  if (away === -1) return `yesterday ${clockTime(instant)}`;
  return `${dayFormat.format(new Date(instant))} ${clockTime(instant)}`;
}

/** The same for the end of a sentence, after “resets” or “again”: `at 14:20`, `tomorrow at 02:05`, `on 24 Nov at 14:20`. */
export function atTime(instant: string | number, nowMs: number, about: '' | 'about ' = ''): string {
  const away = daysAway(instant, nowMs);
  const time = `at ${about}${clockTime(instant)}`;
  if (away === 0) return time;
  if (away === 1) return `tomorrow ${time}`;
  if (away === -1) return `yesterday ${time}`;
  return `on ${dayFormat.format(new Date(instant))} ${time}`;
}

/** Everything about an instant, for a title or a screen reader. */
export function fullInstant(instant: string | number): string {
  return fullFormat.format(new Date(instant));
}

/** What is left in words that fit beside a label: `4 min 05 s`, `7 h 12 min`, `3 days`; `0 s` when it is over. */
export function timeLeft(ms: number): string {
  if (ms <= 0) return '0 s';
  if (ms < minuteMs) return `${Math.ceil(ms / 1000)} s`;
  if (ms < hourMs) {
    const seconds = Math.floor(ms / 1000);
    return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`;
  }
  if (ms < 2 * dayMs) return `${Math.floor(ms / hourMs)} h ${two(Math.floor((ms % hourMs) / minuteMs))} min`;
  return `${Math.floor(ms / dayMs)} days`;
}

/** How long ago, roughly: `just now`, `3 min ago`, `2 h ago`, `4 days ago`. */
export function timeAgo(ms: number): string {
  if (ms < 10_000) return 'just now';
  if (ms < minuteMs) return `${Math.floor(ms / 1000)} s ago`;
  if (ms < hourMs) return `${Math.floor(ms / minuteMs)} min ago`;
  if (ms < dayMs) return `${Math.floor(ms / hourMs)} h ago`;
  const days = Math.floor(ms / dayMs);
  return days === 1 ? 'yesterday' : `${days} days ago`;
}

/** How long something took: `0.8 s`, `12 s`, `3 min 05 s`. */
export function duration(ms: number): string {
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < minuteMs) return `${Math.round(ms / 1000)} s`;
  return timeLeft(ms);
}

function daysAway(instant: string | number, nowMs: number): number {
  return Math.round((startOfDay(new Date(instant)) - startOfDay(new Date(nowMs))) / dayMs);
}

function startOfDay(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
