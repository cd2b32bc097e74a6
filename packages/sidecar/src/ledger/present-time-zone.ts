/** Looking takes a quarter of a millisecond; who travels can wait a minute for their midnight. */
const lookAgainAfterMs = 60_000;

/** Gives a function that calls `look` at most once a minute. `elapsedMs` does not go back, whatever the clock does. */
export function atMostOnceAMinute(look: () => void, elapsedMs: () => number): () => void {
  let lookedAtMs = Number.NEGATIVE_INFINITY;
  return () => {
    const nowMs = elapsedMs();
    if (nowMs - lookedAtMs < lookAgainAfterMs) return;
    lookedAtMs = nowMs;
    look();
  };
}

/**
 * Makes local days those of the system's time zone as it is now, give or take a minute. Node looks at the zone once, at its start; removing the
 * variable TZ, even where there is none, makes it look again, and nothing else does (measured: Node 24.21 on Linux). A zone that TZ names stays.
 */
export const usePresentTimeZone: () => void = atMostOnceAMinute(
  () => {
    if (process.env['TZ'] === undefined) delete process.env['TZ'];
  },
  () => performance.now(),
);
