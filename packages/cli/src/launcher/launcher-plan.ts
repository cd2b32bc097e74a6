/** A file that the launcher consists of. */
export interface LauncherFile {
  /** Absolute. */
  readonly path: string;
  readonly content: string | Uint8Array;
  /** Permission bits. */
  readonly mode: number;
}

/** What a launcher is made for. */
export interface LauncherFacts {
  /** Program and arguments that start Postern, with the options it is to be started with; the first is absolute. */
  readonly command: readonly [string, ...string[]];
  /** Which of its arguments is Postern's script; null where the program is Postern itself. */
  readonly script: string | null;
  readonly homeDir: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly icons: LauncherIcons;
  readonly startAtLogin: boolean;
}

/** The picture of the window, as it is shipped. */
export interface LauncherIcons {
  readonly svg: Uint8Array;
  readonly png192: Uint8Array;
  readonly png512: Uint8Array;
}

/** Where a launcher's files go, and what is in them. Nothing is written yet. */
export interface LauncherPlan {
  readonly files: readonly LauncherFile[];
  /** Where it is noted which files are ours. */
  readonly recordPath: string;
  /** The file of which handler opens which kind of link; null where the system has no such file. */
  readonly mimeAppsPath: string | null;
}
