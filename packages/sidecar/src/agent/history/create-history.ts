import { join } from 'node:path';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import type { ConversationSummary, Page } from '@postern/contract';
import { instant } from '../../credentials/index.ts';
import { InvalidRequestError, loggableError } from '../../errors/index.ts';
import type { AgentLog, HistoryDatabase } from '../child/index.ts';
import { createBackgroundLook, HistoryClosed } from './background-look.ts';
import type { ConversationHistory, HistoryPlaces, ListRequest } from './conversation-history.ts';
import { type HistoryRow, HistoryRows } from './history-rows.ts';
import { pageItems } from './page-items.ts';
import { itemsAbove, nextInList, placeInList } from './page-place.ts';
import { readSession, type SessionFile } from './read-session.ts';
import { removeGone } from './remove-gone.ts';
import { searchHistory } from './search-history.ts';
import { SessionEntries } from './session-entries.ts';
import { locateSession, outlineOf, removeSession, renameSession } from './session-files.ts';
import { promptPlace } from './session-turns.ts';
import { subagentItems } from './subagent-items.ts';
import { titleOf } from './title-of.ts';

export interface HistoryDeps {
  readonly database: HistoryDatabase;
  readonly places: HistoryPlaces;
  /** Conversations that answer: while there are any, reading in the background takes longer breaks. */
  readonly answering: ReadonlySet<string>;
  /** How long a search waits for turns that ended just now. Default: a second. */
  readonly searchPatienceMs?: number;
  readonly log: AgentLog;
}

/** How long the list waits for the first look at the files: with an index from the last time, and without one. */
const patienceMs = { known: 300, empty: 3_000 };
const breakMs = 20;
/** The program has written its last lines by then. */
const afterTurnMs = 250;
const usualSearchPatienceMs = 1_000;
/** On a machine that has much to do. */
const longAfterTurnMs = 5_000;

/** The history over an index that may be empty. Nothing is read before the first call. */
export function createHistory(deps: HistoryDeps): ConversationHistory {
  const { database, places, answering, log, searchPatienceMs = usualSearchPatienceMs } = deps;
  const rows = new HistoryRows(database);
  const entries = new SessionEntries();
  const reading = new Map<string, Promise<HistoryRow | null>>();
  /** Of those, the ones that a request waits for. */
  const awaited = new Set<string>();
  const timers = new Set<NodeJS.Timeout>();
  /** Answers that were whole, and whose last lines may still be on their way to the disk. */
  const settling = new Set<string>();
  /** Turns that ended just now, until they are in the index. */
  const unread = new Map<string, Promise<void>>();
  let closed = false;
  const later = (ms: number, act: () => unknown): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      act();
    }, ms).unref();
    timers.add(timer);
  };

  const breathe = async (key: string | null): Promise<void> => {
    if (closed) throw new HistoryClosed();
    await setImmediate();
    if (key === null || !awaited.has(key)) await database.settled();
    if (answering.size > 0 && (key === null || !awaited.has(key))) await sleep(breakMs);
  };

  /** The row of a file as it is now; one reading at a time. */
  const read = (file: SessionFile): Promise<HistoryRow | null> => {
    const key = `${file.home}/${file.id}`;
    const known = reading.get(key);
    if (known !== undefined) return known;
    const started = readSession({ rows, entries }, file, () => breathe(key)).finally(() =>
      reading.delete(key),
    );
    reading.set(key, started);
    return started;
  };
  const readAwaited = async (file: SessionFile): Promise<HistoryRow | null> => {
    const key = `${file.home}/${file.id}`;
    awaited.add(key);
    try {
      // One that was under way may have begun before the last words were written.
      if (reading.has(key)) await reading.get(key)?.catch(() => null);
      return await read(file);
    } finally {
      awaited.delete(key);
    }
  };

  const look = createBackgroundLook({
    ...{ rows, entries },
    homes: () => places.homes(),
    read,
    breathe: () => breathe(null),
    log,
  });
  const reconcile = (): void => {
    if (!closed) look.begin();
  };

  /** Never throws. */
  const mergeSaid = async (): Promise<void> => {
    try {
      while (!closed && rows.mergeSome()) await breathe(null);
    } catch (error) {
      if (!(error instanceof HistoryClosed))
        log('warn', `the words of the search were not merged: ${loggableError(error)}`);
    }
  };

  /** The file of a conversation and its row, read as it is now. Null where there is none. */
  const current = async (id: string): Promise<Located | null> => {
    const place = places.homeOf(id);
    if (place === undefined) return null;
    const known = rows.find(place.home, id);
    const { configDir } = place;
    for (const file of [known?.file ?? null, null]) {
      const found = file ?? (await locateSession(configDir, id, known?.workspace ?? null));
      if (found === null) continue;
      try {
        const row = await readAwaited({ ...place, id, file: found });
        return row === null ? null : { row, configDir };
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    }
    if (known === null || known.file === null) return known === null ? null : { row: known, configDir };
    rows.markGone(known.number);
    return null;
  };
  const existing = async (id: string): Promise<Located> => {
    const found = await current(id);
    if (found === null || (found.row.items === 0 && found.row.title === ''))
      throw new InvalidRequestError('conversation_not_found');
    return found;
  };

  const summaryOf = ({ id, title, workspace, updatedAtMs }: HistoryRow): ConversationSummary => ({
    id,
    title: titleOf(title) ?? '',
    workspace: workspace === null || places.ownsWorkspace(workspace) ? null : workspace,
    updatedAt: instant(updatedAtMs),
  });

  const listed = (homes: readonly string[], { before, limit }: ListRequest): Page<ConversationSummary> => {
    const found = rows.page(homes, before === null ? null : placeInList(before), limit + 1);
    const last = found.length > limit ? found[limit - 1] : undefined;
    return {
      items: found.slice(0, limit).map(summaryOf),
      next: last === undefined ? null : nextInList(last),
    };
  };
  const searched = (
    homes: readonly string[],
    request: ListRequest,
    search: string,
  ): Page<ConversationSummary> => {
    const { found, next } = searchHistory(rows, new Set(homes), { ...request, search });
    const items = found.map(({ row, snippet, marks }) => ({ ...summaryOf(row), snippet, marks: [...marks] }));
    return { items: items.sort((one, other) => (one.updatedAt < other.updatedAt ? 1 : -1)), next };
  };

  return {
    async list(request) {
      reconcile();
      const homes = places.homes().map(({ home }) => home);
      if (!look.isOutlined()) {
        const waitMs = rows.page(homes, null, 1).length > 0 ? patienceMs.known : patienceMs.empty;
        await Promise.race([look.outlined(), sleep(waitMs, undefined, { ref: false })]);
      }
      const search = request.search?.trim() ?? '';
      if (search !== '' && unread.size > 0)
        await Promise.race([
          Promise.all(unread.values()),
          sleep(searchPatienceMs, undefined, { ref: false }),
        ]);
      const page = search === '' ? listed(homes, request) : searched(homes, request, search);
      return { ...page, items: [...page.items], reading: look.isRunning() };
    },
    async items(id, { limit, before }) {
      const { row, configDir } = await existing(id);
      const { title, workspace } = summaryOf(row);
      const isOver = !answering.has(id) && !settling.has(id);
      // The gap at the end is in no index: it goes when the answer comes.
      const count = row.items + (isOver && row.isUnfinished && !rows.endsWithGap(row.number) ? 1 : 0);
      const end = before === null ? count : Math.min(itemsAbove(before), count);
      const start = Math.max(0, end - limit);
      const items = await pageItems({ rows, entries }, row, configDir, start, Math.min(end, row.items));
      if (end > row.items) items.push({ type: 'gap', reason: 'unfinished' });
      // It began, and its program was killed before it wrote the first line.
      if (row.file === null && isOver) items.push({ type: 'gap', reason: 'missing' });
      return { id, title, workspace, items, next: start > 0 ? String(start) : null };
    },
    async subagent(id, toolUseId) {
      const { row, configDir } = await existing(id);
      return row.file === null ? [] : await subagentItems(configDir, row.file, toolUseId);
    },
    async promptPlace(id, promptId) {
      const { row, configDir } = await existing(id);
      if (row.file === null) return null;
      return await promptPlace(join(configDir, row.file), promptId, entries, () => breathe(null));
    },
    summary: async (id) => summaryOf((await existing(id)).row),
    async find(id) {
      const place = places.homeOf(id);
      if (place === undefined) return null;
      const known = rows.find(place.home, id);
      if (known !== null) return known;
      const file = await locateSession(place.configDir, id, null);
      return file === null ? null : await outlineOf(join(place.configDir, file), entries).catch(() => null);
    },
    async stateIn(configDir, id, workspace) {
      const file = await locateSession(configDir, id, workspace);
      if (file === null) return null;
      const outline = await outlineOf(join(configDir, file), entries).catch(() => null);
      return outline === null ? 'unreadable' : 'readable';
    },
    noteTurn({ id, workspace, prompt, atMs }) {
      if (closed) return;
      try {
        const place = places.homeOf(id);
        if (place === undefined) return;
        const title = titleOf(prompt);
        rows.outline({ home: place.home, id, file: null, workspace, title, updatedAtMs: atMs, listed: true });
      } catch (error) {
        log('warn', `a conversation is not in the list yet: ${loggableError(error)}`);
      }
    },
    noteEnd(id, isWhole) {
      settling.delete(id);
      if (isWhole) {
        settling.add(id);
        later(longAfterTurnMs, () => settling.delete(id));
      }
      const { promise, resolve } = Promise.withResolvers<void>();
      unread.set(id, promise);
      later(afterTurnMs, async () => {
        try {
          await current(id);
        } catch (error) {
          if (!(error instanceof HistoryClosed))
            log('warn', `not read after its turn: ${loggableError(error)}`);
        }
        if (unread.get(id) === promise) unread.delete(id);
        resolve();
        await mergeSaid();
      });
    },
    async rename(id, title) {
      const { row, configDir } = await existing(id);
      if (row.file === null) throw new InvalidRequestError('conversation_busy');
      await renameSession(join(configDir, row.file), id, title);
      return summaryOf((await existing(id)).row);
    },
    async remove(id) {
      const { row, configDir } = await existing(id);
      if (row.file !== null) await removeSession(configDir, row.file, id);
      rows.markGone(row.number);
      await removeGone(rows, setImmediate);
    },
    reconcile,
    async close() {
      closed = true;
      for (const timer of timers) clearTimeout(timer);
      await look.ended();
      await Promise.allSettled(reading.values());
      await entries.close();
    },
  };
}

interface Located {
  readonly row: HistoryRow;
  readonly configDir: string;
}

function isMissing(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR', 'EISDIR'].includes(String(error.code))
  );
}
