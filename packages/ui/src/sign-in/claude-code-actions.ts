import type { ClaudeCodeStatus } from '@postern/contract';
import { failureOf, failureOfCode, failureOfThrown } from '../format/index.ts';
import type { Deps } from '../state/deps.ts';
import type { ReadFacts } from '../state/read-facts.ts';

/** What the user does with their own Claude Code login. */
export interface ClaudeCodeActions {
  /** Without an id, the user's own login. */
  readonly open: (credentialId?: string) => void;
  /** The same account again. */
  readonly startAgain: () => void;
  readonly paste: (text: string) => void;
  readonly cancel: () => void;
  readonly close: () => void;
}

const lookEveryMs = 1_500;

/** The effects of the Claude Code dialog. The program opens the browser itself; here it is only watched. */
export function createClaudeCodeActions(deps: Deps, readFacts: ReadFacts): ClaudeCodeActions {
  const { client, dispatch, getState } = deps;
  const attempt = () => getState().claudeCode.attempt;
  /** The account that the dialog is about; undefined for the user's own. */
  let credential: string | undefined;
  const settle = () => readFacts(['settings', 'credentials', 'status']);

  function tell(own: number, status: ClaudeCodeStatus): 'go on' | 'settled' {
    if (status.state === 'pending') {
      const authorizationUrl = status.pendingLogin?.authorizationUrl ?? null;
      dispatch({ type: 'claude_code_waiting', attempt: own, authorizationUrl });
      return 'go on';
    }
    if (status.state === 'signed_in') {
      const account = status.account?.email ?? status.account?.organization ?? null;
      dispatch({ type: 'claude_code_succeeded', attempt: own, account });
      return 'settled';
    }
    const failure =
      status.lastError !== null
        ? failureOf(status.lastError)
        : failureOfCode(status.state === 'unavailable' ? 'agent_program_missing' : 'sign_in_cancelled');
    dispatch({ type: 'claude_code_failed', attempt: own, failure });
    return 'settled';
  }

  async function open(): Promise<void> {
    dispatch({ type: 'claude_code_opened' });
    const own = attempt();
    try {
      let next = tell(own, await client().claudeCode.login({ credential }));
      while (next === 'go on' && attempt() === own) {
        await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
        if (attempt() === own) next = tell(own, await client().claudeCode.status({ credential }));
      }
    } catch (thrown) {
      dispatch({ type: 'claude_code_failed', attempt: own, failure: failureOfThrown(thrown) });
    }
    await settle();
  }

  async function paste(pasted: string): Promise<void> {
    const own = attempt();
    dispatch({ type: 'claude_code_pasted' });
    try {
      await client().claudeCode.login({ credential, pasted });
    } catch (thrown) {
      dispatch({ type: 'claude_code_paste_refused', attempt: own, failure: failureOfThrown(thrown) });
    }
  }

  return {
    open: (credentialId) => {
      credential = credentialId;
      void open();
    },
    startAgain: () => void open(),
    paste: (text) => void paste(text),
    cancel: () => {
      dispatch({ type: 'claude_code_closed' });
      void client()
        .claudeCode.cancel({ credential })
        .catch(() => undefined)
        .then(settle);
    },
    close: () => dispatch({ type: 'claude_code_closed' }),
  };
}
