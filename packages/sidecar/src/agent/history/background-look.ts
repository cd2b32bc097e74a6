import { loggableError } from '../../errors/index.ts';
import type { AgentLog } from '../child/index.ts';
import type { HistoryRows } from './history-rows.ts';
import type { SessionFile } from './read-session.ts';
import { type HistoryHome, reconcileHistory } from './reconcile-history.ts';
import type { SessionEntries } from './session-entries.ts';

/** A look at all files costs no more than this part of the time. */
const longestShare = 1 / 100;
const shortestIntervalMs = 15_000;

/** Compares the index with the files while no request waits for it. */
export interface BackgroundLook {
  /** Begins one, unless one runs or the last was lately and the index is still the same. Never throws. */
  begin(): void;
  isRunning(): boolean;
  /** Whether every conversation is listed, by how it begins at least. */
  isOutlined(): boolean;
  /** Settles when that is so. */
  outlined(): Promise<void>;
  /** Settles when none runs. */
  ended(): Promise<void>;
}

/** What a reading throws that ends because the sidecar does. */
export class HistoryClosed extends Error {}

export function createBackgroundLook(deps: {
  readonly rows: HistoryRows;
  readonly entries: SessionEntries;
  readonly homes: () => readonly HistoryHome[];
  readonly read: (file: SessionFile) => Promise<unknown>;
  readonly breathe: () => Promise<void>;
  readonly log: AgentLog;
}): BackgroundLook {
  const { rows, entries, log } = deps;
  let running: Promise<void> | null = null;
  let outlined = Promise.withResolvers<void>();
  let isOutlined = false;
  let nextMs = 0;
  let lookedIn = -1;

  const onOutlined = (): void => {
    isOutlined = true;
    outlined.resolve();
  };
  const look = async (): Promise<void> => {
    const startedAt = performance.now();
    lookedIn = rows.database.generation();
    try {
      await reconcileHistory(rows, deps.homes(), {
        entries,
        read: deps.read,
        breathe: deps.breathe,
        onOutlined,
        onUnreadable: (error) => log('warn', `a conversation could not be read: ${loggableError(error)}`),
      });
    } catch (error) {
      if (!(error instanceof HistoryClosed))
        log('warn', `conversations were not all read: ${loggableError(error)}`);
    } finally {
      onOutlined();
      const tookMs = performance.now() - startedAt;
      nextMs = performance.now() + Math.max(shortestIntervalMs, tookMs / longestShare);
      running = null;
    }
  };

  return {
    begin() {
      if (running !== null) return;
      const isNew = lookedIn !== rows.database.generation();
      if (!isNew && performance.now() < nextMs) return;
      if (isNew && isOutlined) {
        isOutlined = false;
        outlined = Promise.withResolvers();
      }
      running = look();
    },
    isRunning: () => running !== null,
    isOutlined: () => isOutlined,
    outlined: () => outlined.promise,
    ended: async () => {
      await running;
    },
  };
}
