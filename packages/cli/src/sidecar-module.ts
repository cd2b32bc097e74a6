import type { Writable } from 'node:stream';
import type {
  Approval,
  AuthStatus,
  ClaudeCodeStatus,
  CredentialView,
  Diagnostics,
  ForwardedCallback,
  Page,
  QueryEvent,
  QueryRequest,
  Receipt,
  Settings,
  SettingsPatch,
  SignedOut,
  SignInStarted,
  Spend,
  StoreKind,
  TimelineEntry,
  UsageWindow,
} from '@postern/contract';
import type { Environment } from './context.ts';

/** What the person chose for a start; the rest comes from the environment. */
export interface StartOptions {
  readonly mode: 'sandbox' | 'live';
  /** Null: not given. 0: chosen by the OS. */
  readonly port: number | null;
  /** Absolute. */
  readonly dataDir: string;
  readonly store: StoreKind | null;
  readonly open: boolean;
  readonly json: boolean;
}

/** What a command that works alone opens. */
export interface AloneOptions {
  readonly mode: 'sandbox' | 'live';
  readonly dataDir: string;
  readonly store: StoreKind | null;
}

/** The sidecar's use cases in this process, under the same lock as a running one. */
export interface Alone {
  readonly signIns: {
    /** Opens a redirect listener of its own: there is no sidecar to come back to. */
    start(options: {
      readonly restart: boolean;
      readonly credentialId: string | null;
    }): Promise<SignInStarted>;
    completeForwarded(callback: ForwardedCallback): Promise<AuthStatus>;
    cancel(): Promise<AuthStatus>;
    refresh(credentialId: string | null): Promise<AuthStatus>;
    signOut(credentialId: string | null): Promise<SignedOut>;
    status(credentialId: string | null): Promise<AuthStatus>;
  };
  readonly preferences: {
    read(): Promise<Settings>;
    update(patch: SettingsPatch): Promise<Settings>;
  };
  readonly credentials: { views(): Promise<readonly CredentialView[]> };
  readonly ledger: {
    receipts(options: { readonly limit: number; readonly before: string | null }): Page<Receipt>;
    timeline(options: { readonly limit: number; readonly before: string | null }): Page<TimelineEntry>;
    spentTodayUsd(): number;
    spend(period: 'today' | 'month'): readonly Spend[];
    spendByDay(days: number): readonly { readonly day: string; readonly spend: readonly Spend[] }[];
    windows(): readonly UsageWindow[];
  };
  readonly claudeCode: {
    status(credentialId: string | null): Promise<ClaudeCodeStatus>;
    login(pasted: string | null, credentialId: string | null): Promise<ClaudeCodeStatus>;
    cancel(credentialId: string | null): Promise<ClaudeCodeStatus>;
    logout(credentialId: string | null): Promise<ClaudeCodeStatus>;
  };
  diagnostics(options: { readonly tryCredentials: boolean }): Promise<Diagnostics>;
  readonly accessTokens: {
    getValidFor(credentialId: string, minValidSeconds: number): Promise<AloneToken>;
  };
  readonly agent: {
    start(request: QueryRequest): Promise<{ readonly queryId: string }>;
    events(
      queryId: string,
      afterId: number,
      signal: AbortSignal,
    ): AsyncIterable<{ readonly event: QueryEvent }>;
    cancel(queryId: string): Promise<void>;
    approve(requestId: string, decision: Approval['decision'], remember: boolean): Promise<void>;
  };
  close(): Promise<void>;
}

/** An access token that may be sent. */
export interface AloneToken {
  readonly accessToken: WrappedSecret;
  readonly expiresAtMs: number;
  readonly scopes: readonly string[];
}

/** The sidecar's own wrapper of a secret. */
export interface WrappedSecret {
  reveal(): string;
}

/** Asks the person for the passphrase of `passphrase_file`; null where nobody can be asked. */
export type AskPassphrase = () => Promise<WrappedSecret | null>;

/** What `@postern/sidecar` gives the command line. */
export interface SidecarModule {
  readonly Secret: new (value: string) => WrappedSecret;
  /** Keeps the inspector shut and secrets out of a crash's last words. */
  guardProcess(print: (line: string) => void): void;
  /** Lets the process end a second from now although nobody reads its output. */
  endWithoutReader(): void;
  /** Runs the sidecar until it is stopped, and gives the exit code. */
  runSidecar(
    options: StartOptions,
    environment: Environment,
    ports: {
      readonly stdout: Writable;
      readonly stderr: Writable;
      readonly openWindow: ((url: string) => Promise<boolean>) | null;
      readonly askPassphrase: AskPassphrase;
      readonly stop: AbortSignal;
    },
  ): Promise<number>;
  /** @throws Failure with a code of the error table; `exitCode` where it is a ConfigurationError */
  openAlone(
    options: AloneOptions,
    environment: Environment,
    ports: { readonly log: (line: string) => void; readonly askPassphrase: AskPassphrase },
  ): Promise<Alone>;
}
