import { useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();
let nowMs = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

/** The time in milliseconds, once a second: one timer for the whole page, and none without a subscriber. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, read);
}

/** Something of the time, such as the day; what draws it is drawn again when that changes. */
export function useNowAs<Part extends string | number>(of: (nowMs: number) => Part): Part {
  return useSyncExternalStore(subscribe, () => of(read()));
}

/** Without a subscriber it has stood still: what is drawn first would be of then, a day ago perhaps. */
function read(): number {
  if (timer === undefined && Math.abs(Date.now() - nowMs) >= 1_000) nowMs = Date.now();
  return nowMs;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) {
    nowMs = Date.now();
    timer = setInterval(tick, 1_000);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

function tick(): void {
  nowMs = Date.now();
  for (const listener of listeners) listener();
}
