/** Where the room writes what only matters when something goes wrong. Lines are redacted before they get here. */
export type AgentLog = (level: 'debug' | 'info' | 'warn', text: string) => void;

/** The store's documents, as far as the agent keeps any. */
export interface AgentDocuments {
  read(name: string): unknown;
  update(name: string, change: (current: unknown) => unknown): unknown;
}
