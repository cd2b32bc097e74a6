/** A number and what it is a number of. */
export interface Figure {
  readonly value: number;
  readonly unit: 'ms' | 'µs' | 'MB' | 'kB' | 'streams/s' | 'refreshes' | 'requests' | 'frames';
  /** Printed instead of the number, where the number alone would lie: "> 15 s, still retrying". */
  readonly text?: string;
}

/** What a figure is held against. */
export interface Bound {
  readonly text: string;
  readonly met: boolean;
}

/** One line of the table. */
export interface Row {
  readonly what: string;
  /** How many were measured; the figures are their medians, where `what` names no other. */
  readonly count: number;
  readonly ours: Figure | null;
  /** What does the same without Postern, measured in the same run. */
  readonly peer: (Figure & { readonly name: string }) | null;
  /** Ours divided by the peer's, where that says something. */
  readonly ratio: number | null;
  /** Null where nothing was promised. */
  readonly bound: Bound | null;
}

/** What a run was asked for on the command line. */
export interface BenchOptions {
  /** Full path of an older checkout, with its packages installed and its window built; null: none was given. */
  readonly against: string | null;
  /** How often each is measured, where the benchmark lets that be chosen; null: as it says. */
  readonly rounds: number | null;
}

/** Something worth measuring beside its peer. */
export interface Benchmark {
  /** What `npm run bench -- <name>` calls it. */
  readonly name: string;
  /** How it was measured, in one sentence under the table. */
  readonly how: string;
  /** @throws Error where something could not be measured; never because it is slow */
  run(options: BenchOptions): Promise<readonly Row[]>;
}
