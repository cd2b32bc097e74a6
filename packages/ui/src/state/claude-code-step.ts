import type { Failure } from '../format/index.ts';

/** The named steps of signing in to the unmodified Claude Code program. */
export type ClaudeCodeStep =
  | { readonly step: 'closed'; readonly attempt: number }
  /** The program is being started. */
  | { readonly step: 'starting'; readonly attempt: number }
  /** The program opened its page; `authorizationUrl` is the one it printed for another browser, if it has. */
  | {
      readonly step: 'waiting';
      readonly attempt: number;
      readonly authorizationUrl: string | null;
      readonly pasteFailure: Failure | null;
    }
  | { readonly step: 'checking_code'; readonly attempt: number; readonly authorizationUrl: string | null }
  | { readonly step: 'succeeded'; readonly attempt: number; readonly account: string | null }
  | { readonly step: 'failed'; readonly attempt: number; readonly failure: Failure };

/** What moves it. */
export type ClaudeCodeAction =
  | { readonly type: 'claude_code_opened' }
  | {
      readonly type: 'claude_code_waiting';
      readonly attempt: number;
      readonly authorizationUrl: string | null;
    }
  | { readonly type: 'claude_code_pasted' }
  | { readonly type: 'claude_code_paste_refused'; readonly attempt: number; readonly failure: Failure }
  | { readonly type: 'claude_code_succeeded'; readonly attempt: number; readonly account: string | null }
  | { readonly type: 'claude_code_failed'; readonly attempt: number; readonly failure: Failure }
  | { readonly type: 'claude_code_closed' };

/** Nothing going on. */
export const claudeCodeClosed: ClaudeCodeStep = { step: 'closed', attempt: 0 };

/** The step after an action; an action of an earlier attempt changes nothing. */
export function reduceClaudeCode(state: ClaudeCodeStep, action: ClaudeCodeAction): ClaudeCodeStep {
  const { attempt } = state;
  if ('attempt' in action && action.attempt !== attempt) return state;
  switch (action.type) {
    case 'claude_code_opened':
      return { step: 'starting', attempt: attempt + 1 };
    case 'claude_code_closed':
      return state.step === 'closed' ? state : { step: 'closed', attempt: attempt + 1 };
    case 'claude_code_waiting': {
      if (state.step === 'starting')
        return { step: 'waiting', attempt, authorizationUrl: action.authorizationUrl, pasteFailure: null };
      if (state.step !== 'waiting' || state.authorizationUrl === action.authorizationUrl) return state;
      return { ...state, authorizationUrl: action.authorizationUrl };
    }
    case 'claude_code_pasted':
      return state.step === 'waiting'
        ? { step: 'checking_code', attempt, authorizationUrl: state.authorizationUrl }
        : state;
    case 'claude_code_paste_refused':
      return state.step === 'checking_code'
        ? {
            step: 'waiting',
            attempt,
            authorizationUrl: state.authorizationUrl,
            pasteFailure: action.failure,
          }
        : state;
    case 'claude_code_succeeded':
      return isOpen(state) ? { step: 'succeeded', attempt, account: action.account } : state;
    case 'claude_code_failed':
      return isOpen(state) ? { step: 'failed', attempt, failure: action.failure } : state;
    default:
      return state;
  }
}

function isOpen(state: ClaudeCodeStep): boolean {
  return state.step !== 'closed' && state.step !== 'succeeded';
}
