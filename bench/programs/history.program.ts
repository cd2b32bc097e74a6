/** Reads conversations: the index of Postern, or the Agent SDK's own functions in a thread, as Postern did before it had one. */

import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { createHistory } from '../../packages/sidecar/src/agent/history/index.ts';
import { openHistory } from '../../packages/sidecar/src/composition/open-history.ts';
import { residentBytes } from '../../test/end-to-end/harness/processes.ts';
import { orderOf, serveQuestions } from './serve-questions.ts';

export interface HistoryOrder {
  readonly side: 'ours' | 'peer';
  readonly dataDir: string;
  readonly configDir: string;
}

/** What it took to be ready: an index made anew, or nothing. */
export interface HistoryReady {
  readonly madeMs: number;
  /** The longest time for which nothing else could run meanwhile. */
  readonly longestPauseMs: number;
}

export type HistoryQuestion =
  | { readonly list: string | null }
  | { readonly items: string }
  /** How much memory one list, and one page of a conversation, adds. */
  | { readonly weigh: string | null };

/** Milliseconds, or bytes. */
export interface HistoryAnswer {
  readonly value: number;
}

const order = orderOf<HistoryOrder>();
const limit = 50;

interface Side {
  list(search: string | null): Promise<unknown>;
  items(id: string): Promise<unknown>;
}

function peer(): Side {
  const source = `
    const { parentPort, workerData } = require('node:worker_threads');
    const sdk = import(workerData);
    parentPort.on('message', async ({ call, args }) => parentPort.postMessage((await (await sdk)[call](...args)) ?? null));`;
  const worker = new Worker(source, {
    eval: true,
    env: { CLAUDE_CONFIG_DIR: order.configDir },
    workerData: import.meta.resolve('@anthropic-ai/claude-agent-sdk'),
  });
  worker.unref();
  const ask = async (call: string, ...args: unknown[]): Promise<unknown> => {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.ref();
    worker.postMessage({ call, args });
    return await promise.finally(() => worker.removeAllListeners('error').unref());
  };
  return {
    async list(search) {
      const sessions = (await ask('listSessions')) as { summary: string; lastModified: number }[];
      const sorted = sessions.toSorted((one, other) => other.lastModified - one.lastModified);
      return sorted.filter(({ summary }) => search === null || summary.includes(search)).slice(0, limit);
    },
    async items(id) {
      await ask('getSessionInfo', id);
      return ((await ask('getSessionMessages', id)) as unknown[]).slice(-limit);
    },
  };
}

async function ours(): Promise<[Side, HistoryReady]> {
  const home = { home: '', configDir: order.configDir };
  const history = createHistory({
    database: openHistory(order.dataDir, (line) => console.error(line)),
    places: {
      homes: () => [{ ...home, isOurs: () => true }],
      homeOf: () => home,
      ownsWorkspace: () => false,
    },
    answering: new Set(),
    log: (_level, text) => console.error(text),
  });
  const delays = monitorEventLoopDelay({ resolution: 1 });
  delays.enable();
  const startedAt = performance.now();
  history.reconcile();
  while ((await history.list({ limit: 1, before: null, search: null })).reading === true) await pause(20);
  const madeMs = performance.now() - startedAt;
  delays.disable();
  const side: Side = {
    list: (search) => history.list({ limit, before: null, search }),
    items: (id) => history.items(id, { limit, before: null }),
  };
  return [side, { madeMs, longestPauseMs: delays.max / 1e6 }];
}

const nothingMade: HistoryReady = { madeMs: 0, longestPauseMs: 0 };
const [side, ready] = order.side === 'ours' ? await ours() : [peer(), nothingMade];

async function answer(question: HistoryQuestion): Promise<HistoryAnswer> {
  if ('weigh' in question) {
    const { weigh } = question;
    const before = residentBytes(process.pid);
    let most = 0;
    const timer = setInterval(() => {
      most = Math.max(most, residentBytes(process.pid));
    }, 20);
    await (weigh === null ? side.list(null) : side.items(weigh));
    clearInterval(timer);
    return { value: Math.max(most, residentBytes(process.pid)) - before };
  }
  const startedAt = performance.now();
  await ('list' in question ? side.list(question.list) : side.items(question.items));
  return { value: performance.now() - startedAt };
}

await serveQuestions(
  ready,
  (question) => answer(question as HistoryQuestion),
  () => undefined,
);
