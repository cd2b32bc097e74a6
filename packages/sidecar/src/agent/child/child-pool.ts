import type { AgentChild } from './agent-child.ts';
import type { AgentLimits } from './agent-limits.ts';
import type { AgentLog } from './agent-ports.ts';
import type { ChildSpec, WarmSpec, WorkspaceLoad } from './child-spec.ts';
import { IdleChildren } from './idle-children.ts';
import { sameProfile } from './launch-profile.ts';

interface Spare {
  readonly child: AgentChild;
  readonly wish: WarmSpec;
  readonly ready: Promise<boolean>;
}

interface PoolDeps {
  readonly open: (spec: ChildSpec) => Promise<AgentChild>;
  /** A new conversation for a spare, with a workspace that fits the wish. */
  readonly newSpec: (wish: WarmSpec) => Promise<ChildSpec>;
  /** What the next conversation will probably want; null: no credential could pay for one. */
  readonly nextWarmSpec: () => Promise<WarmSpec | null>;
  readonly discard: (spec: ChildSpec) => Promise<void>;
  readonly limits: AgentLimits;
  readonly warm: () => boolean;
  /** Whether a child waits for the next turn of its conversation. */
  readonly keep: () => boolean;
  readonly isMemoryShort: () => Promise<boolean>;
  readonly log: AgentLog;
}

/**
 * The programs that wait: each conversation's own between its turns, and one that has had no turn. That one is the spare for the next new
 * conversation until a conversation is reserved that it fits, and again once that conversation is given up without a turn.
 * A broken one is replaced unseen; idle ones are closed, and all of them when memory runs short.
 */
export class ChildPool {
  readonly #deps: PoolDeps;
  readonly #idle: IdleChildren;
  readonly #leaving = new Set<Promise<void>>();
  #spare: Spare | null = null;
  #spareTimer: NodeJS.Timeout | null = null;
  #memoryTimer: NodeJS.Timeout | null = null;
  #renewing: NodeJS.Timeout | null = null;
  #starting = false;
  /** Asked for again while one started: it may be another that should wait by now. */
  #again = false;
  #closed = false;

  constructor(deps: PoolDeps) {
    this.#deps = deps;
    this.#idle = new IdleChildren(deps.limits, (child) => void this.#close(child));
  }

  /** Hands over the spare if it fits, whatever its budget is; it may still be starting. */
  claimSpare(wish: WarmSpec): { readonly child: AgentChild; readonly ready: Promise<boolean> } | null {
    const spare = this.#spare;
    if (spare === null || !isUsable(spare.child) || !fits(spare.wish, wish)) return null;
    this.#forgetSpare();
    return spare;
  }

  /** The conversation's own program if it still waits and fits, else a new one. */
  async take(spec: ChildSpec): Promise<AgentChild> {
    const kept = this.#idle.take(spec.conversationId);
    if (kept !== undefined) {
      const { child } = kept;
      // While it got ready one of its servers may have been too late.
      if (isUsable(child) && serves(child, spec) && (await kept.ready) && isUsable(child)) return child;
      // Its transcript must be complete before another program reads it.
      await this.#close(child);
    }
    return await this.#deps.open(spec);
  }

  /** The program of a conversation that waits, whatever its next turn needs; null where there is none. `release` takes it back. */
  async takeWaiting(conversationId: string): Promise<AgentChild | null> {
    const kept = this.#idle.take(conversationId);
    if (kept === undefined) return null;
    if ((await kept.ready) && isUsable(kept.child)) return kept.child;
    await this.#close(kept.child);
    return null;
  }

  /** A program for one errand; `retire` ends it. */
  async open(spec: ChildSpec): Promise<AgentChild> {
    return await this.#deps.open(spec);
  }

  /** The program no longer serves its conversation. Settles when it has exited: its transcript is complete. */
  async retire(child: AgentChild): Promise<void> {
    await this.#close(child);
  }

  /** Nothing of this conversation still waits. Settles when its program has exited. */
  async dismiss(conversationId: string): Promise<void> {
    const kept = this.#idle.take(conversationId);
    if (kept !== undefined) await this.#close(kept.child);
  }

  /** The turn is over: the program waits for the next one of its conversation. */
  release(child: AgentChild): void {
    if (!isUsable(child) || this.#closed || !this.#deps.keep()) {
      void this.#close(child);
      return;
    }
    this.#keepIdle(child, Promise.resolve(true), null);
  }

  /**
   * Names a conversation whose first prompt will probably come soon: the spare's where that fits, else null, and `prewarm` starts one. The
   * program waits for that prompt. A client that opens many conversations has one program for them, the newest's.
   */
  reserveSpare(wish: WarmSpec): ChildSpec | null {
    const spare = this.claimSpare(wish);
    if (spare === null) return null;
    this.#keepIdle(spare.child, spare.ready, wish);
    return spare.child.spec;
  }

  /** Starts the program of a reserved conversation. The first turn starts it where this did not. */
  async prewarm(spec: ChildSpec, wish: WarmSpec): Promise<void> {
    if (this.#closed || !this.#deps.warm() || (await this.#deps.isMemoryShort())) return;
    const child = await this.#deps.open(spec);
    if (this.#closed) {
      void this.#close(child);
      return;
    }
    const ready = child.prepare().then(
      () => true,
      () => false,
    );
    this.#keepIdle(child, ready, wish);
  }

  /** A reserved conversation will have no turn: its program, if it has one, waits for another conversation or leaves. */
  giveUp(conversationId: string): boolean {
    const kept = this.#idle.take(conversationId);
    if (kept === undefined) return false;
    const { child, ready, unusedFor: wish } = kept;
    if (wish !== null && this.#spare === null && isUsable(child) && !this.#closed)
      this.#keepSpare({ child, wish, ready });
    else void this.#close(child).then(() => this.#deps.discard(child.spec));
    return true;
  }

  #keepIdle(child: AgentChild, ready: Promise<boolean>, unusedFor: WarmSpec | null): void {
    if (unusedFor !== null) this.#idle.dismissUnused();
    this.#idle.keep({ child, ready, unusedFor });
    this.#watchMemory();
  }

  /**
   * Starts a spare after `delayMs` from now, unless there is one that fits, another program waits for its first turn, no credential could pay,
   * warm children are off, or memory is short.
   */
  renewSpare(delayMs: number): void {
    if (this.#closed) return;
    if (!this.#deps.warm()) {
      this.#dropSpare();
      return;
    }
    if (this.#renewing !== null) clearTimeout(this.#renewing);
    this.#renewing = setTimeout(() => {
      this.#renewing = null;
      void this.#startSpare().catch((error: unknown) => {
        this.#deps.log('warn', `no spare: ${error instanceof Error ? error.message : 'unknown'}`);
      });
    }, delayMs).unref();
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#renewing !== null) clearTimeout(this.#renewing);
    this.#dropAll();
    await Promise.all(this.#leaving);
  }

  async #startSpare(): Promise<void> {
    if (this.#starting) {
      this.#again = true;
      return;
    }
    if (this.#closed) return;
    this.#starting = true;
    try {
      if (await this.#deps.isMemoryShort()) return;
      const wish = await this.#deps.nextWarmSpec();
      if (this.#spare !== null) {
        const { child: waits, wish: had } = this.#spare;
        const isSame = wish !== null && fits(had, wish) && waits.hasBudget(wish.maxBudgetUsd ?? null);
        if (isSame && isUsable(waits)) return;
        this.#dropSpare();
      }
      if (wish === null || this.#idle.hasUnused()) return;
      const spec = await this.#deps.newSpec(wish);
      const child = await this.#deps.open(spec);
      const ready = child.prepare().then(
        () => true,
        () => false,
      );
      if (this.#closed) {
        void this.#close(child);
        return;
      }
      this.#keepSpare({ child, wish, ready });
      if (!(await ready)) this.#dropIfSpare(child);
    } finally {
      this.#starting = false;
      if (this.#again) this.renewSpare(0);
      this.#again = false;
    }
  }

  #keepSpare(spare: Spare): void {
    this.#spare = spare;
    this.#spareTimer = setTimeout(() => this.#dropSpare(), this.#deps.limits.idleChildMs).unref();
    this.#watchMemory();
    void spare.child.exited.then(() => this.#dropIfSpare(spare.child));
  }

  /** Don't restart here: a process that fails at startup would loop. The next query starts a new one. */
  #dropIfSpare(child: AgentChild): void {
    if (this.#spare?.child === child) this.#dropSpare();
  }

  #forgetSpare(): void {
    this.#spare = null;
    if (this.#spareTimer !== null) clearTimeout(this.#spareTimer);
  }

  #dropSpare(): void {
    const spare = this.#spare;
    if (spare === null) return;
    this.#forgetSpare();
    void this.#close(spare.child).then(() => this.#deps.discard(spare.child.spec));
  }

  /** As long as something waits. */
  #watchMemory(): void {
    this.#memoryTimer ??= setInterval(() => {
      if (this.#spare === null && this.#idle.size === 0) this.#stopWatching();
      else
        void this.#deps.isMemoryShort().then((isShort) => {
          if (isShort) this.#dropAll();
        });
    }, this.#deps.limits.memoryCheckMs).unref();
  }

  #stopWatching(): void {
    if (this.#memoryTimer !== null) clearInterval(this.#memoryTimer);
    this.#memoryTimer = null;
  }

  #dropAll(): void {
    this.#stopWatching();
    this.#dropSpare();
    this.#idle.dismissAll();
  }

  #close(child: AgentChild): Promise<void> {
    const leaving = child.close(this.#deps.limits.leaveMs).finally(() => this.#leaving.delete(leaving));
    this.#leaving.add(leaving);
    return leaving;
  }
}

/** Whether it runs, with every MCP server that another one would have. */
function isUsable(child: AgentChild): boolean {
  return child.alive && child.isWhole;
}

/** Whether the program of a conversation serves its next turn. */
function serves(child: AgentChild, spec: ChildSpec): boolean {
  return spec.continuesTurn !== true && fits(child.spec, spec) && child.hasBudget(spec.maxBudgetUsd ?? null);
}

type Fit = Pick<WarmSpec, 'workspace' | 'model' | 'profile' | 'loaded'>;

function fits(spare: Fit, wish: Fit): boolean {
  return (
    spare.workspace === wish.workspace &&
    spare.model === wish.model &&
    spare.loaded.hash === wish.loaded.hash &&
    sameServers(spare.loaded, wish.loaded) &&
    sameProfile(spare.profile, wish.profile)
  );
}

function sameServers(one: WorkspaceLoad, other: WorkspaceLoad): boolean {
  return JSON.stringify(one.servers) === JSON.stringify(other.servers);
}
