import type { Clock, DelegatedCredentials } from '../../credentials/index.ts';
import type { LateWrites, Ledger } from '../../ledger/index.ts';
import type { QueryScope, Selection } from '../../selection/index.ts';
import type { SettingsStore } from '../../settings/index.ts';
import type {
  AgentChild,
  AgentLimits,
  AgentLog,
  LaunchProfile,
  PromptContent,
  WorkspaceLoad,
} from '../child/index.ts';
import type { ChangePreviewer } from '../permission/index.ts';
import type { Serving } from './delegated-turn-result.ts';
import type { QueryMode } from './query-mode.ts';
import type { QuerySlot } from './query-slots.ts';

/** What one query is about. */
export interface QueryPlan extends Serving {
  readonly queryId: string;
  readonly conversationId: string;
  readonly workspace: string;
  readonly loaded: Pick<WorkspaceLoad, 'trust' | 'items' | 'serversLeftOut'>;
  /** The user has to be asked before anything is sent. */
  readonly asks: boolean;
  readonly scope: QueryScope;
  readonly prompt: PromptContent;
  readonly mode: QueryMode;
  /** How long the service may say nothing; null: as the limits say. */
  readonly maxSilenceMs: number | null;
}

/** What a query runs with. */
export interface QueryRunDeps {
  readonly selection: Pick<Selection, 'openQuery'>;
  readonly delegated: Pick<DelegatedCredentials, 'note' | 'runOf'>;
  readonly ledger: Ledger;
  readonly lateWrites: LateWrites;
  /** Why the conversation cannot be saved now; null where it can. */
  readonly probeHistory: () => Promise<string | null>;
  readonly settings: SettingsStore;
  readonly limits: AgentLimits;
  readonly clock: Clock;
  readonly log: AgentLog;
  /** False inside the folders that are closed to a program with this profile. Takes a real path. */
  readonly mayRead: (path: string, profile: LaunchProfile) => boolean;
  /** Real path of the user's home folder. */
  readonly home: string;
  readonly previewer: ChangePreviewer;
  /** A child in which this credential serves the query; `again` where the query had another one before. */
  readonly takeChild: (serving: Serving, again: boolean) => Promise<AgentChild>;
  readonly releaseChild: (child: AgentChild) => void;
  /** The child no longer serves its conversation; settles when it has exited. */
  readonly retireChild: (child: AgentChild) => Promise<void>;
  /** The program has begun the conversation, in the config folder of this child’s profile. */
  readonly onBegun: (child: AgentChild) => void;
  /** It is held until then (Unix ms); null: it goes on. */
  readonly onWaiting: (untilMs: number | null) => void;
  /** The conversation is free again; called right before the last event. `isWhole`: the program keeps all that was shown. */
  readonly onEnd: (isWhole: boolean) => void;
  /** Its right to run. */
  readonly slot: Pick<QuerySlot, 'wait'>;
}
