/** Asks a server after its health all the while it is told to, from a process that does nothing else. */
import { setTimeout as wait } from 'node:timers/promises';
import { orderOf, serveQuestions } from './serve-questions.ts';

/** Whose health. */
export interface HealthAskerOrder {
  readonly url: string;
}

/** `begin` starts a watch and is answered with an empty one, `end` gives what it found. */
export interface HealthWatch {
  /** The longest time an answer took, in milliseconds. */
  readonly longestMs: number;
}

const betweenMs = 2;
const { url } = orderOf<HealthAskerOrder>();
let isOver = false;
let longestMs = 0;
let watching = Promise.resolve();

async function watch(): Promise<void> {
  while (!isOver) {
    const startedAt = performance.now();
    const response = await fetch(`${url}/health`);
    await response.arrayBuffer();
    longestMs = Math.max(longestMs, performance.now() - startedAt);
    await wait(betweenMs);
  }
}

// The first answers are late because this process has only begun.
for (let count = 0; count < 50; count += 1) await (await fetch(`${url}/health`)).arrayBuffer();
await serveQuestions(
  {},
  async (question) => {
    isOver = question === 'end';
    if (isOver) await watching;
    else [longestMs, watching] = [0, watch()];
    return { longestMs } satisfies HealthWatch;
  },
  () => undefined,
);
