/** Where the room writes what only matters when something goes wrong. Lines are redacted before they get here. */
export type AgentLog = (level: 'debug' | 'info' | 'warn', text: string) => void;
