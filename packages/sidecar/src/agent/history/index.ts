/** The index of conversations: what there is, where it stands in the program's files, and what was said. */
export { type ConversationHistory, createHistory, type HistoryPlaces } from './history.ts';
export { historySchema, historyVersion } from './history-schema.ts';
