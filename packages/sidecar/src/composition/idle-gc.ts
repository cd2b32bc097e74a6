import { flushCompileCache } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Frees memory while the sidecar is idle. */
export interface IdleGc {
  /** To be called after something large was loaded or thrown away: when the sidecar has come to rest, it gives back what that left. */
  settle(): void;
  /** To be called after turns and calls: what they leave behind is given back now and then, between two of them. */
  workEnded(): void;
  close(): void;
}

/**
 * V8 gives back what a start or the load of the Agent SDK left behind only after about two minutes without work: 10 MB of 130, 40 MB
 * where TypeScript was stripped on the way. This does it as soon as the sidecar is idle: collecting takes about 0.1 s, and it waits while
 * `isBusy`. Turns leave 0.2 MB each, which it gives back at most twice a minute.
 */
export function createIdleGc(
  isBusy: () => boolean,
  {
    quietMs = 1_500,
    restMs = 30_000,
    collect = collectAll,
  }: { readonly quietMs?: number; readonly restMs?: number; readonly collect?: () => void } = {},
): IdleGc {
  let timer: NodeJS.Timeout | undefined;
  const settle = (): void => {
    clearTimeout(timer);
    timer = setTimeout(run, quietMs).unref();
  };
  function run(): void {
    timer = undefined;
    if (isBusy()) settle();
    else collect();
  }
  return {
    settle,
    workEnded() {
      // Not put off by the next turn: one that asks every few seconds would never see it.
      timer ??= setTimeout(run, restMs).unref();
    },
    close: () => clearTimeout(timer),
  };
}

/**
 * Node keeps the whole compile cache that it read until it is asked to write what is new: 1.6 MB, and 2 ms where nothing is.
 * The flag is needed for as long as it takes to fetch the function.
 * Source: https://nodejs.org/docs/latest-v24.x/api/v8.html, module.html
 */
function collectAll(): void {
  flushCompileCache();
  setFlagsFromString('--expose-gc');
  const gc: unknown = runInNewContext('gc');
  setFlagsFromString('--no-expose-gc');
  if (typeof gc === 'function') gc({ type: 'major', flavor: 'last-resort' });
}
