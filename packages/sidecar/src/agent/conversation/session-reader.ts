import { Worker } from 'node:worker_threads';
import type { SDKSessionInfo, SessionMessage } from '@anthropic-ai/claude-agent-sdk';

/** Reads the Agent SDK's sessions of one config directory. */
export interface SessionReader {
  list(): Promise<readonly SDKSessionInfo[]>;
  find(id: string): Promise<SDKSessionInfo | null>;
  messages(id: string): Promise<readonly SessionMessage[]>;
  close(): Promise<void>;
}

/** How long the worker outlives its last answer; it holds some 30 MB. */
const idleMs = 10_000;

/**
 * The SDK looks where the *calling* process's CLAUDE_CONFIG_DIR points and takes no other word for it. Nobody here
 * changes our own environment, so the reading is done in a worker thread that has one of its own. The source is text, not
 * a file, so that it survives bundling; `sdk` is the resolved address of the SDK.
 */
const workerSource = `
const { parentPort, workerData } = require('node:worker_threads');
const sdk = import(workerData.sdk);
const cut = (value, levels) =>
  typeof value !== 'object' || value === null ? value
  : levels === 0 ? '[nested too deeply to be shown]'
  : Array.isArray(value) ? value.map((each) => cut(each, levels - 1))
  : Object.fromEntries(Object.entries(value).map(([name, each]) => [name, cut(each, levels - 1)]));
parentPort.on('message', async ({ id, call, args }) => {
  try {
    const value = (await (await sdk)[call](...args)) ?? null;
    try {
      parentPort.postMessage({ id, value });
    } catch {
      // What a model nested without end cannot be cloned; the conversation is opened all the same.
      parentPort.postMessage({ id, value: cut(value, 100) });
    }
  } catch {
    parentPort.postMessage({ id, failed: true });
  }
});
`;

type Call = 'listSessions' | 'getSessionInfo' | 'getSessionMessages';
interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** A reader for `configDir`. The worker is started when it is needed and ended when it is not. */
export function sessionReader(configDir: string): SessionReader {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | null = null;
  let idle: NodeJS.Timeout | null = null;
  let lastId = 0;

  const end = async (): Promise<void> => {
    const ending = worker;
    worker = null;
    if (idle !== null) clearTimeout(idle);
    for (const { reject } of waiting.values()) reject(new Error('the session reader was closed'));
    waiting.clear();
    await ending?.terminate();
  };

  const running = (): Worker => {
    if (worker !== null) return worker;
    const started = new Worker(workerSource, {
      eval: true,
      env: { CLAUDE_CONFIG_DIR: configDir },
      workerData: { sdk: import.meta.resolve('@anthropic-ai/claude-agent-sdk') },
    });
    started.unref();
    started.on('message', ({ id, value, failed }: { id: number; value?: unknown; failed?: true }) => {
      const call = waiting.get(id);
      waiting.delete(id);
      if (failed === true) call?.reject(new Error('the sessions could not be read'));
      else call?.resolve(value);
    });
    started.on('error', () => void end());
    worker = started;
    return started;
  };

  const ask = (call: Call, ...args: readonly unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      lastId += 1;
      waiting.set(lastId, { resolve, reject });
      running().postMessage({ id: lastId, call, args });
      if (idle !== null) clearTimeout(idle);
      idle = setTimeout(() => void end(), idleMs).unref();
    });

  return {
    list: async () => (await ask('listSessions')) as readonly SDKSessionInfo[],
    find: async (id) => (await ask('getSessionInfo', id)) as SDKSessionInfo | null,
    messages: async (id) => (await ask('getSessionMessages', id)) as readonly SessionMessage[],
    close: end,
  };
}
