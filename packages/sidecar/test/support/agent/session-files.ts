import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import {
  type ConversationHistory,
  createHistory,
  type HistoryPlaces,
} from '../../../src/agent/history/index.ts';
import { openHistory } from '../../../src/composition/open-history.ts';
import { eventually } from '../http/eventually.ts';

/** A uuid that ends in this number. */
export function sessionId(number: number): string {
  return `5e551011-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

/** Lines as the program writes them, one object each. Source: program 2.1.332, measured; what is of no interest here is left out. */
export const sessionLine = {
  user: (text: string, more: Readonly<Record<string, unknown>> = {}): unknown => ({
    parentUuid: null,
    isSidechain: false,
    type: 'user',
    message: { role: 'user', content: [{ type: 'text', text }] },
    uuid: '334b0798-54ea-4e7b-9ba6-9636374e2b5e',
    timestamp: '2026-11-28T10:00:00.000Z',
    cwd: '/projects',
    ...more,
  }),
  assistant: (content: unknown, more: Readonly<Record<string, unknown>> = {}): unknown => ({
    parentUuid: '334b0798-54ea-4e7b-9ba6-9636374e2b5e',
    isSidechain: false,
    message: {
      type: 'message',
      role: 'assistant',
      model: 'claude-opus-5-5',
      content: typeof content === 'string' ? [{ type: 'text', text: content }] : content,
    },
    type: 'assistant',
    uuid: '44cc0798-54ea-4e7b-9ba6-9636374e2b5e',
    timestamp: '2026-11-28T10:00:01.000Z',
    cwd: '/projects',
    ...more,
  }),
  attachment: (content: string): unknown => ({ type: 'attachment', attachment: { type: 'x', content } }),
  title: (customTitle: string): unknown => ({ type: 'custom-title', customTitle }),
} as const;

/** The text of a session file. */
export function sessionText(lines: readonly unknown[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

/** A history over files of a test. */
export interface HistoryHouse {
  readonly dataDir: string;
  readonly configDir: string;
  /** Of another program's sign-in, whose id is `claude_code:default`. */
  readonly otherConfigDir: string;
  /** Ids that are noted for the other folder. */
  readonly noted: Set<string>;
  readonly logs: string[];
  /** Path of a session's file. */
  fileOf(id: string, configDir?: string): string;
  write(id: string, lines: readonly unknown[], configDir?: string): string;
  /** Another history on the same folders, as after a restart. */
  open(options?: {
    readonly answering?: ReadonlySet<string>;
    readonly searchPatienceMs?: number;
  }): ConversationHistory;
}

/** Opens a house with two empty config folders. */
export function openHistoryHouse(): HistoryHouse {
  const dataDir = mkdtempSync(join(tmpdir(), 'postern-history-'));
  const [configDir, otherConfigDir] = [join(dataDir, 'claude'), join(dataDir, 'other')];
  const noted = new Set<string>();
  const logs: string[] = [];
  const ends: (() => Promise<void>)[] = [];
  onTestFinished(async () => {
    for (const end of ends) await end();
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  });
  const fileOf = (id: string, folder = configDir): string => join(folder, 'projects', '-work', `${id}.jsonl`);
  const own = { home: '', configDir };
  const other = { home: 'claude_code:default', configDir: otherConfigDir };
  const places: HistoryPlaces = {
    homes: () => [
      { ...own, isOurs: () => true },
      ...(noted.size === 0 ? [] : [{ ...other, isOurs: (id: string) => noted.has(id) }]),
    ],
    homeOf: (id) => (noted.has(id) ? other : own),
    ownsWorkspace: (path) => path.startsWith('/own'),
  };
  return {
    dataDir,
    configDir,
    otherConfigDir,
    noted,
    logs,
    fileOf,
    write(id, lines, folder) {
      const path = fileOf(id, folder);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, sessionText(lines));
      return path;
    },
    open({ answering = new Set<string>(), ...more } = {}) {
      const database = openHistory(dataDir, (line) => logs.push(line));
      const log = (_level: string, text: string): void => {
        logs.push(text);
      };
      const history = createHistory({ database, places, answering, log, ...more });
      let closed = false;
      const close = async (): Promise<void> => {
        if (closed) return;
        closed = true;
        await history.close();
        database.close();
      };
      ends.push(close);
      return { ...history, close };
    },
  };
}

/** Titles of the newest conversations, or of those in which `search` is found. */
export async function titles(history: ConversationHistory, search: string | null = null): Promise<string[]> {
  const { items } = await history.list({ limit: 50, before: null, search });
  return items.map((item) => item.title);
}

/** Everything is in the index. */
export async function settled(history: ConversationHistory): Promise<void> {
  await eventually(() => history.list({ limit: 1, before: null, search: null })).toMatchObject({
    reading: false,
  });
}
