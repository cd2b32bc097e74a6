import type { Readable, Writable } from 'node:stream';
import type * as sidecar from '@postern/sidecar';

/** Environment variables as they were when the command began. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where a command reads and writes. `process` fits, and so do plain streams. */
export interface Io {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable & {
    readonly isTTY?: boolean;
    readonly columns?: number;
    readonly rows?: number;
  };
  /**
   * Calls `stop` when the process is asked to end (Ctrl-C, SIGTERM), with the signal where there is one; the result ends that. Without it,
   * that ends the process.
   * @param also signals that do not ask for an end, or not always
   */
  onInterrupt(stop: (signal?: NodeJS.Signals) => void, also?: readonly NodeJS.Signals[]): () => void;
  /** Does what Ctrl-C does, for a terminal in raw mode that only passes it on as a key. */
  interrupt(): void;
  /** Resolves after so many milliseconds: time, as far as a command waits for it. */
  pause(ms: number): Promise<void>;
}

/** The sidecar as a library. Its types cost nothing at run time. */
export type SidecarModule = Pick<
  typeof sidecar,
  | 'Secret'
  | 'guardProcess'
  | 'limitCompiling'
  | 'endWithoutReader'
  | 'runSidecar'
  | 'openAlone'
  | 'resetStore'
>;

/** The world a command lives in. */
export interface World {
  readonly io: Io;
  readonly environment: Environment;
  readonly platform: NodeJS.Platform;
  /** Null where it was removed. */
  readonly cwd: string | null;
  readonly homeDir: string;
  /** Program and first arguments of this command line, to start another one with. */
  readonly selfCommand: readonly string[];
  /** The sidecar's code, loaded only by commands that need it: it takes longer than everything else together. */
  loadSidecar(): Promise<SidecarModule>;
}

/** Options that every command takes. */
export interface SharedOptions {
  /** Null: whichever runs, the real one first. */
  readonly mode: 'sandbox' | 'live' | null;
  /** Of linked billing; absent: of a plan. */
  readonly sandboxKind?: 'platform';
  readonly dataDir: string | null;
  readonly store: 'os_keychain' | 'passphrase_file' | 'memory' | null;
  readonly json: boolean;
}

/** What a command is given. */
export interface Context extends World {
  readonly options: SharedOptions;
}
