import { randomUUID } from 'node:crypto';
import type { QueryEvent } from '@postern/contract';
import { type Clock, instant } from '../../credentials/index.ts';

/** What the user said; an unanswered question means no. */
export interface Answer {
  readonly decision: 'allow' | 'deny';
  readonly remember: boolean;
  /** Without an answer: it timed out, or was withdrawn. */
  readonly unanswered?: true;
}

const no: Answer = { decision: 'deny', remember: false, unanswered: true };

/** The questions of one query that wait for an answer. Each is answered once: by the user, its expiry, or the end. */
export class Questions {
  readonly #emit: (event: QueryEvent) => void;
  readonly #clock: Clock;
  readonly #expiryMs: number;
  readonly #waiting = new Map<string, (answer: Answer) => void>();

  constructor(emit: (event: QueryEvent) => void, clock: Clock, expiryMs: number) {
    this.#emit = emit;
    this.#clock = clock;
    this.#expiryMs = expiryMs;
  }

  /**
   * Emits a question that holds a request upstream, and waits until its time is up. `signal` withdraws it. Both mean no.
   */
  askBriefly(
    question: (requestId: string, expiresAt: string) => QueryEvent,
    signal: AbortSignal,
  ): Promise<Answer> {
    const expiresAt = instant(this.#clock() + this.#expiryMs);
    return this.#ask((requestId) => question(requestId, expiresAt), signal, this.#expiryMs);
  }

  /** Emits a question and waits for the user, however long it takes. `signal` withdraws it, which means no. */
  ask(question: (requestId: string) => QueryEvent, signal: AbortSignal): Promise<Answer> {
    return this.#ask(question, signal, null);
  }

  #ask(
    question: (requestId: string) => QueryEvent,
    signal: AbortSignal,
    expiryMs: number | null,
  ): Promise<Answer> {
    if (signal.aborted) return Promise.resolve(no);
    const requestId = randomUUID();
    return new Promise((resolve) => {
      const withdraw = (): void => this.#settle(requestId, no);
      const timer = expiryMs === null ? undefined : setTimeout(withdraw, expiryMs);
      signal.addEventListener('abort', withdraw, { once: true });
      this.#waiting.set(requestId, (answer) => {
        clearTimeout(timer);
        signal.removeEventListener('abort', withdraw);
        resolve(answer);
      });
      this.#emit(question(requestId));
    });
  }

  /** False if there is no such question, or it is no longer open. */
  answer(requestId: string, answer: Answer): boolean {
    if (!this.#waiting.has(requestId)) return false;
    this.#settle(requestId, answer);
    return true;
  }

  /** Every question that still waits is answered with no. */
  close(): void {
    for (const requestId of [...this.#waiting.keys()]) this.#settle(requestId, no);
  }

  #settle(requestId: string, answer: Answer): void {
    const settle = this.#waiting.get(requestId);
    if (settle === undefined) return;
    this.#waiting.delete(requestId);
    this.#emit({ event: 'permission_resolution', data: { requestId, decision: answer.decision } });
    settle(answer);
  }
}
