import type { PosternClient } from '@postern/client';
import type { Action, AppState } from './app-state.ts';

/** What every effect needs: the client of this window's session, and the store. */
export interface Deps {
  readonly client: () => PosternClient;
  /** Settles when the ticket has been swapped, or refused; `client` is the session's own from then on. */
  readonly session: () => Promise<void>;
  readonly dispatch: (action: Action) => void;
  readonly getState: () => AppState;
}
