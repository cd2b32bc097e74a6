import type { LimitWindow } from '../control/switches.ts';

const fiveHoursMs = 5 * 3_600_000;
const sevenDaysMs = 7 * 24 * 3_600_000;

/** Tokens at which a window counts as half used: it fills ever more slowly and is never full by use alone. */
const halfUsedAt = { five_hour: 500_000, seven_day: 5_000_000 } as const;

const shortName = { five_hour: '5h', seven_day: '7d' } as const;

/** Requests a minute that a key may send, as its headers say; exceeding it is not rejected. */
const keyRequestsPerMinute = 4000;

interface Window {
  readonly startMs: number;
  readonly tokens: number;
}

/** What has been used of the plan's windows, and of a key's minute. A window starts with its first use. */
export class PlanUsage {
  #fiveHour: Window | null = null;
  #sevenDay: Window | null = null;
  #keyMinute: { readonly minute: number; requests: number } | null = null;

  /** Counts tokens of a call that a plan paid. */
  count(tokens: number, nowMs: number): void {
    this.#fiveHour = used(this.#fiveHour, fiveHoursMs, tokens, nowMs);
    this.#sevenDay = used(this.#sevenDay, sevenDaysMs, tokens, nowMs);
  }

  /** Headers of an answer that a plan paid. Source: facts of the vendor's answers; resets in Unix seconds. */
  planHeaders(nowMs: number): Readonly<Record<string, string>> {
    const five = reading('five_hour', current(this.#fiveHour, fiveHoursMs, nowMs), fiveHoursMs, nowMs);
    const seven = reading('seven_day', current(this.#sevenDay, sevenDaysMs, nowMs), sevenDaysMs, nowMs);
    return {
      'anthropic-ratelimit-unified-status': 'allowed',
      'anthropic-ratelimit-unified-representative-claim': 'five_hour',
      'anthropic-ratelimit-unified-reset': five['anthropic-ratelimit-unified-5h-reset'] ?? '',
      'anthropic-ratelimit-unified-overage-status': 'rejected',
      ...five,
      ...seven,
    };
  }

  /** Headers of an answer that a key paid; counts the request. Source: platform.claude.com/docs/en/api/rate-limits. */
  keyHeaders(nowMs: number): Readonly<Record<string, string>> {
    const minute = Math.floor(nowMs / 60_000);
    if (this.#keyMinute?.minute !== minute) this.#keyMinute = { minute, requests: 0 };
    this.#keyMinute.requests += 1;
    return {
      'anthropic-ratelimit-requests-limit': String(keyRequestsPerMinute),
      'anthropic-ratelimit-requests-remaining': String(
        Math.max(0, keyRequestsPerMinute - this.#keyMinute.requests),
      ),
      'anthropic-ratelimit-requests-reset': `${new Date((minute + 1) * 60_000).toISOString().slice(0, 19)}Z`,
    };
  }

  clear(): void {
    this.#fiveHour = null;
    this.#sevenDay = null;
    this.#keyMinute = null;
  }
}

/** Headers of an answer that is paid as extra usage, the plan's window being used up. */
export function overageHeaders(window: LimitWindow, resetsAtMs: number): Readonly<Record<string, string>> {
  return { ...usedUp(window, resetsAtMs), 'anthropic-ratelimit-unified-overage-status': 'allowed' };
}

/** Headers of the 429 of a plan whose window is used up. */
export function limitReachedHeaders(
  window: LimitWindow,
  resetsAtMs: number,
  nowMs: number,
): Readonly<Record<string, string>> {
  return {
    ...usedUp(window, resetsAtMs),
    'anthropic-ratelimit-unified-overage-status': 'rejected',
    'retry-after': String(Math.max(1, Math.ceil((resetsAtMs - nowMs) / 1000))),
  };
}

function usedUp(window: LimitWindow, resetsAtMs: number): Readonly<Record<string, string>> {
  const reset = String(Math.ceil(resetsAtMs / 1000));
  const name = shortName[window];
  return {
    'anthropic-ratelimit-unified-status': 'rejected',
    'anthropic-ratelimit-unified-representative-claim': window,
    'anthropic-ratelimit-unified-reset': reset,
    [`anthropic-ratelimit-unified-${name}-status`]: 'rejected',
    [`anthropic-ratelimit-unified-${name}-utilization`]: '1',
    [`anthropic-ratelimit-unified-${name}-reset`]: reset,
  };
}

function used(window: Window | null, lengthMs: number, tokens: number, nowMs: number): Window {
  const { startMs, tokens: before } = current(window, lengthMs, nowMs);
  return { startMs, tokens: before + tokens };
}

function current(window: Window | null, lengthMs: number, nowMs: number): Window {
  return window !== null && nowMs < window.startMs + lengthMs ? window : { startMs: nowMs, tokens: 0 };
}

function reading(
  window: LimitWindow,
  { startMs, tokens }: Window,
  lengthMs: number,
  nowMs: number,
): Readonly<Record<string, string>> {
  const name = shortName[window];
  const utilization = tokens / (tokens + halfUsedAt[window]);
  return {
    [`anthropic-ratelimit-unified-${name}-status`]: 'allowed',
    [`anthropic-ratelimit-unified-${name}-utilization`]: String(Number(utilization.toFixed(6))),
    [`anthropic-ratelimit-unified-${name}-reset`]: String(
      Math.ceil(Math.max(startMs + lengthMs, nowMs) / 1000),
    ),
  };
}
