/** One query: its turns in a program, the events they become, and how it ends. */
export type { Serving } from './delegated-turn-result.ts';
export type { NumberedEvent } from './event-log.ts';
export { promptOf } from './prompt-id.ts';
export { QueryMode } from './query-mode.ts';
export { QueryRun } from './query-run.ts';
export { QuerySlots } from './query-slots.ts';
export { asRecord, toolInput, toolResultText } from './tool-content.ts';
export { summaryOfPrompt, type WaitingQueries, waitingQueries } from './waiting-queries.ts';
