import type { PermissionMode } from '@anthropic-ai/claude-agent-sdk';
import { within } from './within.ts';

/** How long after it gave no answer a program may take to be gone. */
const leavesWithinMs = 1_000;

interface Asked {
  setPermissionMode(mode: PermissionMode): Promise<unknown>;
}

/** The permission mode of one program. */
export class ProgramMode {
  /** What it was started with or asked for last, in a turn or before one. */
  #mode: PermissionMode;
  readonly #exited: Promise<unknown>;

  constructor(first: PermissionMode, exited: Promise<unknown>) {
    this.#mode = first;
    this.#exited = exited;
  }

  /**
   * Before a turn. It may be changed at any time: what is wanted last is sent last.
   * @param hadTurns it may have changed its mode on its own
   */
  async begin(running: Asked, wanted: () => PermissionMode, hadTurns: boolean): Promise<void> {
    const mode = wanted();
    if (hadTurns || mode !== this.#mode) await this.#ask(running, mode);
  }

  /** In a turn, or while one is about to begin; nothing where no program runs yet. One that leaves is no failure: the next one gets the mode. */
  async change(running: Asked | null, mode: PermissionMode): Promise<void> {
    if (running === null) return;
    try {
      await this.#ask(running, mode);
    } catch (error) {
      const hasLeft = this.#exited.then(() => true);
      if (!(await within(leavesWithinMs, hasLeft, false))) throw error;
    }
  }

  async #ask(running: Asked, mode: PermissionMode): Promise<void> {
    this.#mode = mode;
    await running.setPermissionMode(mode);
  }
}
