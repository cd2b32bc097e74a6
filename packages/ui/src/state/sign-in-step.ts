import type { Failure } from '../format/index.ts';

/** A sign-in that waits for the user at the authorization server. */
export interface PendingPage {
  readonly signInId: string;
  readonly authorizationUrl: string;
  readonly expiresAt: string;
}

/** Whether a sign-in can be renewed, or ends for good when its access does. */
export type Renewal = 'automatic' | 'impossible';

/** The named steps of signing in. `attempt` tells an answer of an earlier attempt from one of this. */
export type SignInStep =
  /** The dialog is not open. */
  | { readonly step: 'closed'; readonly attempt: number }
  /** Sign in… was pressed; the sidecar is preparing the address. */
  | { readonly step: 'starting'; readonly attempt: number }
  /** Another window or the command line began one that still waits. */
  | { readonly step: 'already_waiting'; readonly attempt: number; readonly page: PendingPage | null }
  /** The address is shown, and nothing has been opened yet. */
  | { readonly step: 'address_shown'; readonly attempt: number; readonly page: PendingPage }
  /** The browser was opened or the address copied; the user is signing in there. */
  | {
      readonly step: 'waiting';
      readonly attempt: number;
      readonly page: PendingPage;
      /** What was wrong with a pasted code; the sign-in still waits. */
      readonly pasteFailure: Failure | null;
    }
  /** A pasted code is being exchanged. */
  | { readonly step: 'checking_code'; readonly attempt: number; readonly page: PendingPage }
  | {
      readonly step: 'succeeded';
      readonly attempt: number;
      readonly account: string | null;
      readonly renewal: Renewal;
    }
  | { readonly step: 'failed'; readonly attempt: number; readonly failure: Failure };

/** What moves a sign-in. */
export type SignInAction =
  | { readonly type: 'sign_in_opened' }
  | { readonly type: 'sign_in_address'; readonly attempt: number; readonly page: PendingPage }
  | { readonly type: 'sign_in_already_waiting'; readonly attempt: number; readonly page: PendingPage | null }
  | { readonly type: 'sign_in_page_opened' }
  | { readonly type: 'sign_in_code_pasted' }
  | { readonly type: 'sign_in_code_refused'; readonly attempt: number; readonly failure: Failure }
  | {
      readonly type: 'sign_in_succeeded';
      readonly attempt: number;
      readonly account: string | null;
      readonly renewal: Renewal;
    }
  | { readonly type: 'sign_in_failed'; readonly attempt: number; readonly failure: Failure }
  | { readonly type: 'sign_in_closed' };

/** Nothing going on. */
export const signInClosed: SignInStep = { step: 'closed', attempt: 0 };

/** The step after an action; an action that does not belong to this step or attempt changes nothing. */
export function reduceSignIn(state: SignInStep, action: SignInAction): SignInStep {
  const { attempt } = state;
  if ('attempt' in action && action.attempt !== attempt) return state;
  switch (action.type) {
    case 'sign_in_opened':
      return { step: 'starting', attempt: attempt + 1 };
    case 'sign_in_closed':
      return state.step === 'closed' ? state : { step: 'closed', attempt: attempt + 1 };
    case 'sign_in_address':
      return state.step === 'starting' || state.step === 'already_waiting'
        ? { step: 'address_shown', attempt, page: action.page }
        : state;
    case 'sign_in_already_waiting':
      return state.step === 'starting' ? { step: 'already_waiting', attempt, page: action.page } : state;
    case 'sign_in_page_opened':
      return state.step === 'address_shown'
        ? { step: 'waiting', attempt, page: state.page, pasteFailure: null }
        : state;
    case 'sign_in_code_pasted':
      return state.step === 'waiting' || state.step === 'address_shown'
        ? { step: 'checking_code', attempt, page: state.page }
        : state;
    case 'sign_in_code_refused':
      return state.step === 'checking_code'
        ? { step: 'waiting', attempt, page: state.page, pasteFailure: action.failure }
        : state;
    case 'sign_in_succeeded':
      return isOpen(state)
        ? { step: 'succeeded', attempt, account: action.account, renewal: action.renewal }
        : state;
    case 'sign_in_failed':
      return isOpen(state) ? { step: 'failed', attempt, failure: action.failure } : state;
    default:
      return state;
  }
}

function isOpen(state: SignInStep): boolean {
  return state.step !== 'closed' && state.step !== 'succeeded';
}
