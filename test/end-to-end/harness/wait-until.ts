import { setTimeout as pause } from 'node:timers/promises';

const lookEveryMs = 25;

/** Looks until it is so. @throws Error where it is not so in time; `what` says what was waited for */
export async function waitUntil(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  withinMs = 30_000,
): Promise<void> {
  const giveUpAt = performance.now() + withinMs;
  while (!(await isSo())) {
    if (performance.now() > giveUpAt) throw new Error(`not within ${withinMs} ms: ${what}`);
    await pause(lookEveryMs);
  }
}
