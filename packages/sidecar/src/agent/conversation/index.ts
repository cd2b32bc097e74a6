/** Conversations as the program keeps them, and how each goes on. */
export { ConversationCache } from './conversation-cache.ts';
export { conversationHomes } from './conversation-homes.ts';
export { type ConversationPlan, conversationPlans, type UnauthenticatedSpec } from './conversation-plans.ts';
export { conversationItems, conversationPage } from './conversations.ts';
export { sessionReaders } from './session-readers.ts';
