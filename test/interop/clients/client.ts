/** What was seen of a step; `detail` is printed where it is not as it must be. */
export type Saw = (step: string, isRight: boolean, detail: string) => void;

/** A client of another maker that works with Postern. */
export interface ClientUnderTest {
  /** Of its package. */
  readonly name: string;
  /** Pinned: what was seen with another one says nothing of this one. */
  readonly version: string;
  /** Works with a Postern of its own, in the sandbox. @param modules where it is installed; @throws Error where it cannot go on */
  run(modules: string, saw: Saw): Promise<void>;
}
