import type {
  AppEvent,
  ClaudeCodeStatus,
  Diagnostics,
  FallbackPolicy,
  FolderList,
  Health,
  McpSignIn,
  McpSignInRequest,
  McpSignInStarted,
  UsageRefresh,
} from '@postern/contract';
import type { CredentialList, Preferences, SignIns } from '../accounts/index.ts';
import type { Agent } from '../agent/index.ts';
import type { Clock } from '../credentials/index.ts';
import type { Tickets } from '../door/index.ts';
import type { Attachments } from '../files/index.ts';
import type { Gateway } from '../gateway/index.ts';
import type { Ledger } from '../ledger/index.ts';
import type { OwnServers } from '../mcp/index.ts';
import type { Secret } from '../secret/index.ts';
import type { WorkspaceTrust } from '../trust/index.ts';
import type { HttpLimits } from './http-limits.ts';
import type { Log } from './log.ts';

/** Drives the user's own sign-ins to the unmodified program; without an id, the first. */
export interface ClaudeCodeAccount {
  /** Starts a login, or passes a pasted code on to the one that runs. @throws Failure */
  login(pasted: string | null, credentialId: string | null): Promise<ClaudeCodeStatus>;
  cancel(credentialId: string | null): Promise<ClaudeCodeStatus>;
  logout(credentialId: string | null): Promise<ClaudeCodeStatus>;
  status(credentialId: string | null): Promise<ClaudeCodeStatus>;
}

/** Everything the HTTP edge calls; each port as narrow as its routes need it. */
export interface HttpDeps {
  /** Of this launch. */
  readonly token: Secret;
  readonly tickets: Tickets;
  readonly version: string;
  readonly mode: 'sandbox' | 'live';
  readonly health: () => Health;
  readonly signIns: SignIns;
  readonly preferences: Preferences;
  readonly credentials: CredentialList;
  readonly claudeCode: ClaudeCodeAccount;
  readonly agent: Pick<
    Agent,
    | 'start'
    | 'reserve'
    | 'events'
    | 'cancel'
    | 'letPay'
    | 'changeMode'
    | 'stopCommand'
    | 'answer'
    | 'subagent'
    | 'rewind'
    | 'approve'
    | 'conversations'
    | 'conversation'
    | 'changeConversation'
    | 'deleteConversation'
  >;
  readonly attachments: Pick<Attachments, 'add'>;
  /** The folders in a folder; null: in the user's home. */
  readonly folders: (path: string | null) => Promise<FolderList>;
  readonly workspaceTrust: Pick<WorkspaceTrust, 'look' | 'trust'>;
  readonly mcp: Pick<OwnServers, 'list' | 'changeSecret'>;
  /** @throws InvalidRequestError `not_found`; OAuthResponseError `mcp_sign_in_failed`; StoreError */
  readonly mcpSignIns: {
    start(name: string, request: McpSignInRequest): Promise<McpSignInStarted>;
    standing(name: string, request: McpSignInRequest): Promise<McpSignIn>;
    end(name: string, request: McpSignInRequest): Promise<McpSignIn>;
  };
  readonly gateway: Pick<Gateway, 'url' | 'leases'>;
  readonly ledger: Pick<
    Ledger,
    | 'receipts'
    | 'spentTodayUsd'
    | 'reservedTodayUsd'
    | 'caps'
    | 'spend'
    | 'spendByDay'
    | 'windows'
    | 'timeline'
  >;
  /** The caps that hold now. */
  readonly policy: () => FallbackPolicy;
  /** Asks the program of each Claude Code account for its plan's windows. */
  readonly refreshUsage: () => Promise<readonly UsageRefresh[]>;
  readonly diagnostics: (options: { readonly tryCredentials: boolean }) => Promise<Diagnostics>;
  /** Calls back with every event from now on; gives the function that ends it. */
  readonly subscribeEvents: (listener: (event: AppEvent) => void) => () => void;
  /** Stops the whole sidecar; called once the answer to `POST /stop` has left. */
  readonly stop: () => void;
  /** Absolute path of the built window's files, or null where they are missing. */
  readonly uiDirectory: string | null;
  /** Origin of the sandbox services in sandbox mode, else null. */
  readonly sandboxUrl: string | null;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits?: Partial<HttpLimits>;
}
