/** Runs a query; the only importer of the Agent SDK; child processes; permissions; conversations. */
export type { Agent, NumberedEvent } from './agent.ts';
