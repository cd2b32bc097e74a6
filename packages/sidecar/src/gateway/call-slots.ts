/** Whether a call may go: `full` where too many wait already, `aborted` where it is no longer wanted. */
export type Entered = 'entered' | 'full' | 'aborted';

/**
 * Paid calls of one query, or of one session of a program with a lease, that are under way at once. The program works on 10 tool calls at
 * once, subagents among them, and makes a call or two beside them. Source: program 2.1.332, `CLAUDE_CODE_MAX_TOOL_USE_CONCURRENCY`.
 */
export const mostAtOnce = 32;
/** More is no program that works, but one that floods. */
export const mostWaiting = 256;

interface Line {
  running: number;
  /** Those that wait, the longest first. */
  readonly waiting: Set<() => void>;
}

/** Bounds what a query has under way, so that a program that was talked into a flood spends no faster than one that works. */
export class CallSlots {
  readonly #lines = new Map<string, Line>();

  /** Waits for its turn; a call that entered must leave. Never rejects. */
  enter(queryId: string, signal: AbortSignal): Promise<Entered> {
    if (signal.aborted) return Promise.resolve('aborted');
    const line = this.#lines.get(queryId) ?? { running: 0, waiting: new Set() };
    this.#lines.set(queryId, line);
    if (line.running < mostAtOnce) {
      line.running += 1;
      return Promise.resolve('entered');
    }
    if (line.waiting.size >= mostWaiting) return Promise.resolve('full');
    const { promise, resolve } = Promise.withResolvers<Entered>();
    const onAbort = (): void => {
      line.waiting.delete(go);
      resolve('aborted');
    };
    const go = (): void => {
      signal.removeEventListener('abort', onAbort);
      resolve('entered');
    };
    line.waiting.add(go);
    signal.addEventListener('abort', onAbort, { once: true });
    return promise;
  }

  /** Its place goes to the one that has waited longest. */
  leave(queryId: string): void {
    const line = this.#lines.get(queryId);
    if (line === undefined) return;
    const [next] = line.waiting;
    if (next !== undefined) {
      line.waiting.delete(next);
      next();
      return;
    }
    line.running -= 1;
    if (line.running === 0) this.#lines.delete(queryId);
  }
}
