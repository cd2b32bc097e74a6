import { loggableError } from '../errors/index.ts';

/** What the database did not take, tried again until it does. */
export interface Unkept {
  /** Runs `write` again later, after it has failed. Never throws. */
  keep(what: string, write: () => void, error: unknown): void;
}

const firstPauseMs = 500;
const longestPauseMs = 30_000;

/** In the order in which it failed. The process may end before: what stands in the database must be true without it. */
export function createUnkept(log: (line: string) => void): Unkept {
  const waiting: (() => void)[] = [];
  let pauseMs = firstPauseMs;

  const again = (): void => {
    setTimeout(() => {
      try {
        for (let write = waiting[0]; write !== undefined; write = waiting[0]) {
          write();
          waiting.shift();
        }
        pauseMs = firstPauseMs;
      } catch {
        pauseMs = Math.min(2 * pauseMs, longestPauseMs);
        again();
      }
    }, pauseMs).unref();
  };

  return {
    keep(what, write, error) {
      log(`${what} is not kept yet: ${loggableError(error)}`);
      if (waiting.push(write) === 1) again();
    },
  };
}
