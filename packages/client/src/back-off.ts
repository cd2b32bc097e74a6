/** The sidecar cancels a query that had no listener for 60 s: reconnecting later is pointless. Source: docs/spec/contract.md#http-api. */
export const giveUpAfterMs = 60_000;

/** Milliseconds before attempt `count` (from 0): doubling from 200 ms to 5 s, with a fifth of jitter taken off. */
export function backOffMs(count: number, random: () => number = Math.random): number {
  return Math.min(5_000, 200 * 2 ** Math.min(count, 10)) * (1 - 0.2 * random());
}

/** Resolves after `ms`, or at once when the signal is aborted; the caller looks at the signal. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve();
      return;
    }
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end);
  });
}
