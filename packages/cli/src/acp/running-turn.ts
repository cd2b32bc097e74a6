import { type PosternClient, PosternError } from '@postern/client';
import type { CredentialRef, PermissionMode } from '@postern/contract';

/** As much of a running sidecar as a session needs. */
export type SessionClient = Pick<
  PosternClient,
  'runQuery' | 'changeMode' | 'approve' | 'answer' | 'usage' | 'attach' | 'workspace'
>;

/** The turn of one prompt: what it runs with, and how it asks. */
export class RunningTurn {
  readonly sidecar: SessionClient;
  /** To be called where the options that an editor shows have become others. */
  readonly onOptions: () => Promise<void>;
  /** What its request began with. */
  readonly mode: PermissionMode;
  /** Who pays for this turn; the session's may be changed meanwhile, for the next one. */
  payer: CredentialRef | null = null;
  #queryId: string | null = null;

  constructor(sidecar: SessionClient, onOptions: () => Promise<void>, mode: PermissionMode) {
    this.sidecar = sidecar;
    this.onOptions = onOptions;
    this.mode = mode;
  }

  /** Its query has a name. @param mode what the user has chosen by now */
  async started(queryId: string, mode: PermissionMode): Promise<void> {
    this.#queryId = queryId;
    if (mode !== this.mode) await this.askBy(mode);
  }

  /**
   * It goes by this mode from its next tool call on. One without a name does once it has one, and one that has ended has nothing left to ask.
   * @throws what `changeMode` throws
   */
  async askBy(mode: PermissionMode): Promise<void> {
    if (this.#queryId === null) return;
    await this.sidecar.changeMode(this.#queryId, mode).catch((error: unknown) => {
      if (!(error instanceof PosternError) || error.code !== 'query_not_found') throw error;
    });
  }
}
