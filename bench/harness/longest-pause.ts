import { setTimeout as wait } from 'node:timers/promises';

/** Asks a sidecar after its health all the while `work` runs. Gives the longest time an answer took, in milliseconds. */
export async function longestPause(url: string, work: Promise<unknown>): Promise<number> {
  let isOver = false;
  let longest = 0;
  const watched = work.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    const startedAt = performance.now();
    const response = await fetch(`${url}/health`);
    await response.body?.cancel();
    longest = Math.max(longest, performance.now() - startedAt);
    await wait(2);
  }
  await watched;
  return longest;
}
