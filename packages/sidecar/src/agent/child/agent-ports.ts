/** Where the room writes what only matters when something goes wrong. Lines are redacted before they get here. */
export type AgentLog = (level: 'debug' | 'info' | 'warn', text: string) => void;

/** The store's documents, as far as the agent keeps any. */
export interface AgentDocuments {
  read(name: string): unknown;
  update(name: string, change: (current: unknown) => unknown): unknown;
}

/** What a statement takes and gives. */
export type SqlValue = string | number | null;

/** The store's SQL, for the table of the agent's own. */
export interface AgentSql {
  all(statement: string, ...parameters: SqlValue[]): readonly Record<string, SqlValue>[];
  run(statement: string, ...parameters: SqlValue[]): { readonly changes: number; readonly lastId: number };
}

/** The database of the index of conversations, which may be recreated at any time. */
export interface HistoryDatabase extends AgentSql {
  transaction<T>(work: () => T): T;
  iterate(statement: string, ...parameters: SqlValue[]): Iterable<Record<string, unknown>>;
  /** Changes whenever it was recreated. */
  generation(): number;
  /** Settles when the disk has taken in what was written before, as far as that is too much. */
  settled(): Promise<void>;
  /** Leaves nothing on the disk of what was removed. */
  emptyLog(): Promise<void>;
}
