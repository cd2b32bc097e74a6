import type { ConversationPage, ConversationSummary } from '@postern/contract';
import type { Failure } from '../format/index.ts';
import { withNewest, withOlder } from './pages.ts';

/** The list of conversations as far as it is loaded. */
export interface History {
  readonly search: string;
  /** The search that the items answer: an earlier one until the first answer to this. */
  readonly answered: string;
  readonly items: readonly ConversationSummary[];
  readonly next: string | null;
  readonly loading: boolean;
  readonly failure: Failure | null;
  /** What was said long ago may not be found yet. */
  readonly reading: boolean;
}

/** What changes it. `search` tells the answer to an earlier search from one to this. */
export type HistoryAction =
  | { readonly type: 'history_searched'; readonly search: string }
  | { readonly type: 'history_loading' }
  | {
      readonly type: 'history_page';
      readonly search: string;
      readonly page: ConversationPage;
      /** Where the page ends the list so far; null: it is the first. */
      readonly before: string | null;
    }
  | { readonly type: 'conversation_renamed'; readonly id: string; readonly title: string }
  | { readonly type: 'conversation_removed'; readonly id: string }
  | { readonly type: 'history_failed'; readonly search: string; readonly failure: Failure };

/** Nothing loaded yet. */
export const noHistory: History = {
  search: '',
  answered: '',
  items: [],
  next: null,
  loading: false,
  failure: null,
  reading: false,
};

/** The history after an action. */
export function reduceHistory(history: History, action: HistoryAction): History {
  switch (action.type) {
    case 'history_searched':
      return { ...history, search: action.search, loading: true };
    case 'history_loading':
      return history.loading ? history : { ...history, loading: true };
    case 'history_page':
      if (action.search !== history.search) return history;
      if (action.before !== null && action.before !== history.next) return history;
      return {
        search: history.search,
        answered: history.search,
        ...joined(history, action.page, action.before),
        loading: false,
        failure: null,
        reading: action.page.reading ?? false,
      };
    case 'conversation_renamed':
      return {
        ...history,
        items: history.items.map((each) => (each.id === action.id ? { ...each, title: action.title } : each)),
      };
    case 'conversation_removed':
      return { ...history, items: history.items.filter(({ id }) => id !== action.id) };
    case 'history_failed':
      return action.search === history.search
        ? { ...history, loading: false, failure: action.failure }
        : history;
    default:
      return history;
  }
}

/** One that was used since the first page was read comes again on a later one. What a search finds is in no order of time. */
function joined(history: History, page: ConversationPage, before: string | null) {
  if (before !== null) return withOlder(history, page, before);
  const isSameList = history.search === '' && history.answered === '';
  return withNewest(isSameList ? history : { items: [], next: null }, page, ({ updatedAt }) => updatedAt);
}
