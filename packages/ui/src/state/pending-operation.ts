import type { Failure } from '../format/index.ts';
import type { SignInAction } from './sign-in-step.ts';

/** Where in Settings something is being done. */
export type WorkPlace = 'sign_in' | 'api_key' | 'preferences';

/** What is under way in one place, and how the last of it ended. */
export interface Work {
  readonly doing: 'refreshing' | 'disconnecting' | 'saving' | null;
  readonly failure: Failure | null;
  /** A sentence about what was done, where that is not plain to see. */
  readonly outcome: string | null;
}

/** Each place has its own: what is done in one says nothing of another. */
export type WorkByPlace = Readonly<Record<WorkPlace, Work>>;

/** What changes it. */
export type WorkAction =
  | { readonly type: 'work_started'; readonly place: WorkPlace; readonly doing: NonNullable<Work['doing']> }
  | { readonly type: 'work_done'; readonly place: WorkPlace; readonly outcome: string | null }
  | { readonly type: 'work_failed'; readonly place: WorkPlace; readonly failure: Failure }
  | { readonly type: 'work_noted'; readonly place: WorkPlace };

/** Nothing under way, nothing to tell. */
export const noWork: Work = { doing: null, failure: null, outcome: null };

/** The same of every place. */
export const noWorkAnywhere: WorkByPlace = { sign_in: noWork, api_key: noWork, preferences: noWork };

/** The work after an action. */
export function reduceWork(
  all: WorkByPlace,
  action: WorkAction | Extract<SignInAction, { type: 'sign_in_succeeded' }>,
): WorkByPlace {
  switch (action.type) {
    case 'work_started':
      return { ...all, [action.place]: { doing: action.doing, failure: null, outcome: null } };
    case 'work_done':
      // What went wrong with another thing in the same place meanwhile stays said.
      return { ...all, [action.place]: { ...all[action.place], doing: null, outcome: action.outcome } };
    case 'work_failed':
      return { ...all, [action.place]: { doing: null, failure: action.failure, outcome: null } };
    case 'work_noted':
      return { ...all, [action.place]: noWork };
    case 'sign_in_succeeded':
      // What it says of the sign-in before, such as that it was signed out, no longer holds.
      return { ...all, sign_in: { ...all.sign_in, failure: null, outcome: null } };
    default:
      return all;
  }
}
