/** The index of conversations: what there is, where it stands in the program's files, and what was said. */
export type { ConversationHistory, HistoryPlaces } from './conversation-history.ts';
export { createHistory } from './create-history.ts';
export { historySchema, historyVersion } from './history-schema.ts';
export type { PromptPlace, TurnSpan } from './session-turns.ts';
