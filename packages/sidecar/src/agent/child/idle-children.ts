import type { AgentChild } from './agent-child.ts';
import type { AgentLimits } from './agent-limits.ts';
import type { WarmSpec } from './child-spec.ts';

/** A conversation's own program between its turns, or before the first of them. */
export interface IdleChild {
  readonly child: AgentChild;
  /** Settles once it is ready; false: it did not get ready. */
  readonly ready: Promise<boolean>;
  /** What it was started for, as long as no turn of it has run; else null. */
  readonly unusedFor: WarmSpec | null;
}

/** The programs of conversations that wait for their next prompt, each for a while, and no more than a few: the least recently used leave. */
export class IdleChildren {
  readonly #limits: Pick<AgentLimits, 'idleChildMs' | 'maxIdleChildren'>;
  readonly #dismiss: (child: AgentChild) => void;
  readonly #waiting = new Map<string, IdleChild & { readonly timer: NodeJS.Timeout }>();

  constructor(
    limits: Pick<AgentLimits, 'idleChildMs' | 'maxIdleChildren'>,
    dismiss: (child: AgentChild) => void,
  ) {
    this.#limits = limits;
    this.#dismiss = dismiss;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** Whether one of them has had no turn. */
  hasUnused(): boolean {
    return [...this.#waiting.values()].some(({ unusedFor }) => unusedFor !== null);
  }

  /** Keeps a conversation's program in place of the one that waited for it. */
  keep(idle: IdleChild): void {
    const { conversationId } = idle.child.spec;
    this.#leave(conversationId);
    const timer = setTimeout(() => this.#leave(conversationId), this.#limits.idleChildMs).unref();
    this.#waiting.set(conversationId, { ...idle, timer });
    for (const oldest of this.#waiting.keys()) {
      if (this.#waiting.size <= this.#limits.maxIdleChildren) break;
      this.#leave(oldest);
    }
  }

  /** Hands a conversation's program over: it no longer waits. */
  take(conversationId: string): IdleChild | undefined {
    const idle = this.#waiting.get(conversationId);
    clearTimeout(idle?.timer);
    this.#waiting.delete(conversationId);
    return idle;
  }

  dismissUnused(): void {
    for (const [conversationId, { unusedFor }] of [...this.#waiting])
      if (unusedFor !== null) this.#leave(conversationId);
  }

  dismissAll(): void {
    for (const conversationId of [...this.#waiting.keys()]) this.#leave(conversationId);
  }

  #leave(conversationId: string): void {
    const idle = this.take(conversationId);
    if (idle !== undefined) this.#dismiss(idle.child);
  }
}
