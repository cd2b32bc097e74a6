/** Where conversations live, and how each goes on. */
export { ConversationCache } from './conversation-cache.ts';
export { type ConversationHomes, conversationHomes } from './conversation-homes.ts';
export { type ConversationPlaces, conversationPlaces } from './conversation-places.ts';
export {
  type ConversationPlan,
  type ConversationPlans,
  conversationPlans,
  type UnauthenticatedSpec,
} from './conversation-plans.ts';
export { probeHistory } from './probe-history.ts';
export { rewindFiles } from './rewind-files.ts';
