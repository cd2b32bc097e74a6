const hourMs = 3_600_000;

/**
 * Unix ms at which `Retry-After` allows another try, at most `longestWaitMs` (an hour) from now; null where it says nothing usable. A date is
 * taken by the server's own clock where it shows it, so that a wrong clock of ours does not stretch the wait.
 * Source: RFC 9110, section 10.2.3.
 */
export function retryAtMs(
  header: (name: string) => string | null,
  nowMs: number,
  longestWaitMs = hourMs,
): number | null {
  const value = header('retry-after')?.trim() ?? '';
  const waitMs = /^\d{1,15}$/.test(value)
    ? Number(value) * 1000
    : httpDateMs(value) - serverNowMs(header('date'), nowMs);
  return Number.isNaN(waitMs) ? null : nowMs + Math.min(Math.max(waitMs, 0), longestWaitMs);
}

function serverNowMs(date: string | null, nowMs: number): number {
  const serverMs = httpDateMs(date ?? '');
  return Number.isNaN(serverMs) ? nowMs : serverMs;
}

/** NaN for anything but a date with a weekday: `Date.parse` alone takes nearly any number for a year. */
function httpDateMs(value: string): number {
  return /^[A-Z][a-z]{2,8}[ ,]/.test(value) ? Date.parse(value) : Number.NaN;
}
