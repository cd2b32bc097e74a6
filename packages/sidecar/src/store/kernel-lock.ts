import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../credentials/index.ts';
import { ConfigurationError, exitCodes, TransientError } from '../errors/index.ts';
import { checkPrivateFile } from './private-directory.ts';
import { sqliteFailure, storeErrorOf } from './sqlite-failure.ts';

const defaultTimeoutMs = 30_000;
const shortestPauseMs = 5;
const longestPauseMs = 20;
/** How long a caller should wait before it tries again. */
const retryAfterMs = 1_000;

/** A lock of the kernel's on a file of its own: it survives suspension and frees itself when its holder dies. */
export interface KernelLock {
  /**
   * Runs `work` as the only holder among all processes and in this one, in the order of asking within this process. Not re-entrant: asked for
   * inside `work`, it waits for itself and fails after `timeoutMs` (default 30 000).
   * @throws TransientError `refresh_unavailable` where it could not be obtained in time; nothing was sent
   */
  exclusively<T>(work: () => Promise<T>, options?: { readonly timeoutMs?: number }): Promise<T>;
  /** Waits for the last holder in this process, then closes the file. */
  close(): Promise<void>;
}

/**
 * The lock at `path`: `BEGIN EXCLUSIVE` on an empty database that nothing is ever written to. Polled with a jittered timer, because
 * SQLite's own waiting blocks the process.
 */
export function createKernelLock(path: string, clock: Clock): KernelLock {
  let connection: DatabaseSync | null = null;
  let held = false;
  let closed = false;
  const waiting: symbol[] = [];

  function open(): DatabaseSync {
    if (closed) throw new Error('the lock is closed');
    if (connection !== null) return connection;
    checkPrivateFile(path);
    connection = new DatabaseSync(path, { timeout: 0, allowExtension: false });
    checkPrivateFile(path);
    return connection;
  }

  function tryToHold(): boolean {
    try {
      open().exec('BEGIN EXCLUSIVE');
      held = true;
      return true;
    } catch (error) {
      const failure = sqliteFailure(error);
      if (failure === 'busy') return false;
      if (failure !== 'damaged') throw storeErrorOf(error);
      // Replacing it while another process may hold it would make two holders.
      throw new ConfigurationError(
        'unsafe_storage',
        exitCodes.configuration,
        `${path} is not what Postern made. Stop every Postern, move that file away and start again.`,
      );
    }
  }

  async function hold(ticket: symbol, timeoutMs: number): Promise<void> {
    const giveUpAt = performance.now() + timeoutMs;
    while (held || waiting[0] !== ticket || !tryToHold()) {
      if (performance.now() > giveUpAt)
        throw new TransientError('refresh_unavailable', {
          sent: false,
          retryAtMs: clock() + retryAfterMs,
          detail: `Another holder has kept the lock of this data directory for ${timeoutMs / 1000} s.`,
        });
      await sleep(shortestPauseMs + Math.random() * (longestPauseMs - shortestPauseMs));
    }
  }

  return {
    async exclusively(work, options) {
      const ticket = Symbol('turn');
      waiting.push(ticket);
      try {
        await hold(ticket, options?.timeoutMs ?? defaultTimeoutMs);
      } finally {
        waiting.splice(waiting.indexOf(ticket), 1);
      }
      try {
        return await work();
      } finally {
        connection?.exec('ROLLBACK');
        held = false;
      }
    },
    async close() {
      while (held || waiting.length > 0) await sleep(shortestPauseMs);
      closed = true;
      connection?.close();
      connection = null;
    },
  };
}
