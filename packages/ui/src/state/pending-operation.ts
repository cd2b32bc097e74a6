import type { Failure } from '../format/index.ts';

/** Where in Settings something is being done. */
export type WorkPlace = 'sign_in' | 'api_key' | 'preferences';

/** What is under way in Settings, and how the last of it ended. */
export interface Work {
  readonly doing: 'refreshing' | 'disconnecting' | 'saving' | null;
  readonly place: WorkPlace | null;
  readonly failure: Failure | null;
  /** A sentence about what was done, where that is not plain to see. */
  readonly outcome: string | null;
}

/** What changes it. */
export type WorkAction =
  | { readonly type: 'work_started'; readonly place: WorkPlace; readonly doing: NonNullable<Work['doing']> }
  | { readonly type: 'work_done'; readonly outcome: string | null }
  | { readonly type: 'work_failed'; readonly failure: Failure }
  | { readonly type: 'work_noted' };

/** Nothing under way, nothing to tell. */
export const noWork: Work = { doing: null, place: null, failure: null, outcome: null };

/** The work after an action. */
export function reduceWork(work: Work, action: WorkAction): Work {
  switch (action.type) {
    case 'work_started':
      return { doing: action.doing, place: action.place, failure: null, outcome: null };
    case 'work_done':
      // What went wrong with another thing meanwhile stays said.
      return { ...work, doing: null, outcome: action.outcome };
    case 'work_failed':
      return { ...work, doing: null, failure: action.failure, outcome: null };
    case 'work_noted':
      return noWork;
    default:
      return work;
  }
}
