import type { StoreHealth } from '@postern/contract';
import type { SignIn } from '../credentials/index.ts';
import type { Secret } from '../secret/index.ts';
import type { PendingSignIn } from './pending-sign-in.ts';

/** Sign-ins, one sealed record per credential id, replaced whole. */
export interface SignInRecords {
  /** Ids of every credential that has a record, oldest first. Readable while the keychain is locked. */
  ids(): readonly string[];
  /**
   * The record, or an absent one at version 0.
   * @throws StoreError `credential_store_locked`, `credential_store_unavailable`
   */
  read(id: string): Promise<SignIn>;
  /**
   * Replaces the record by `change(current)` in one transaction, durably, and gives what is now stored. `change` is pure and may
   * run more than once; returning the same object writes nothing. What was written is read back and compared.
   * @throws StoreError as `read`, and `storage_full` where nothing could be written; the old record is whole then
   */
  update(id: string, change: (current: SignIn) => SignIn): Promise<SignIn>;
}

/** The one sign-in that waits for its redirect. One row; sealed, or in memory with the memory store. */
export interface PendingSignInRecord {
  read(): Promise<PendingSignIn | null>;
  write(pending: PendingSignIn): Promise<void>;
  /** Deletes it durably if its id is `signInId`, and says whether it was there: a second caller gets false. */
  take(signInId: string): Promise<boolean>;
}

/** API keys by credential id, sealed. */
export interface ApiKeyRecords {
  /** Ids with a key, oldest first. Readable while the keychain is locked. */
  ids(): readonly string[];
  read(id: string): Promise<Secret | null>;
  /** null removes it. */
  write(id: string, key: Secret | null): Promise<void>;
}

/** Secrets of the user’s MCP servers by name, sealed. */
export interface ServerSecretRecords {
  /** Names, oldest first. Readable while the keychain is locked. */
  ids(): readonly string[];
  read(name: string): Promise<Secret | null>;
  /** null removes it. */
  write(name: string, secret: Secret | null): Promise<void>;
}

/** Whole JSON documents that hold no secret: settings, cooldowns, labels. */
export interface Documents {
  /** The parsed document, or null where none was written. What cannot be parsed is set aside, and from then on is an object without members. */
  read(name: string): unknown;
  /** In one transaction; `change` is pure. Gives what is now stored. @throws StoreError `storage_full` */
  update(name: string, change: (current: unknown) => unknown): unknown;
}

/** SQL for the tables that one module owns (the ledger's), in the same database. Every statement is prepared and cached. */
export interface Sql {
  all(statement: string, ...parameters: SqlValue[]): readonly Record<string, SqlValue>[];
  run(statement: string, ...parameters: SqlValue[]): { readonly changes: number; readonly lastId: number };
  transaction<T>(work: () => T): T;
  /**
   * Does not wait for the disk: survives the end of this process at once, a power failure a moment later.
   * @param isUrgent default: true. Otherwise the disk is flushed a few milliseconds later, so that one time is enough for several
   */
  quickTransaction<T>(work: () => T, isUrgent?: boolean): T;
}
export type SqlValue = string | number | null;

/** What Postern keeps. Built by `openStore`; every other module gets the narrowest part of it that it needs. */
export interface Store {
  readonly dataDir: string;
  readonly signIns: SignInRecords;
  readonly pendingSignIn: PendingSignInRecord;
  readonly apiKeys: ApiKeyRecords;
  readonly mcpSecrets: ServerSecretRecords;
  /** Sign-ins at MCP servers; the ids are theirs. */
  readonly mcpSignIns: SignInRecords;
  readonly documents: Documents;
  readonly sql: Sql;
  /** Health of the secret storage right now. `persisted` is false while something only lives in memory. */
  health(): StoreHealth;
  /** What was found lost when it was opened, each as a sentence: a damaged database, or one whose log is gone. */
  readonly losses: readonly string[];
  /** What may go wrong where the data directory is; null: nothing. */
  readonly warning: string | null;
  /** Marks a session that writes, so that the next one can tell whether its log was lost. Never throws. */
  beginSession(): void;
  /**
   * Runs `work` as the only holder among all processes that use this data directory, and in this process. The lock is the
   * kernel's: it survives suspension and frees itself at a crash. Not re-entrant: asked for inside `work`, it waits for itself and fails
   * after `timeoutMs`.
   * @throws TransientError `refresh_unavailable` where it could not be obtained within `timeoutMs` (default 30 000)
   */
  exclusively<T>(work: () => Promise<T>, options?: { readonly timeoutMs?: number }): Promise<T>;
  close(): Promise<void>;
}
