import type { PosternClient } from '@postern/client';
import type { Action, AppState } from './app-state.ts';

/** What every effect needs: the client of this window's session, and the store. */
export interface Deps {
  readonly client: () => PosternClient;
  readonly dispatch: (action: Action) => void;
  readonly getState: () => AppState;
}
