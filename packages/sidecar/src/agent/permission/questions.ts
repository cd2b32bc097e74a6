import { randomUUID } from 'node:crypto';
import { type AgentQuestion, answerFault, type GivenAnswers, type QueryEvent } from '@postern/contract';
import { type Clock, instant } from '../../credentials/index.ts';
import { InvalidRequestError } from '../../errors/index.ts';

/** What the user said; an unanswered question means no. */
export interface Answer {
  readonly decision: 'allow' | 'deny';
  readonly remember: boolean;
  /** Without an answer: it timed out, or was withdrawn. */
  readonly unanswered?: true;
  /** To the agent's own questions. */
  readonly answers?: GivenAnswers;
}

interface Waiting {
  /** The agent's own questions; null: whether something may be done. */
  readonly questions: readonly AgentQuestion[] | null;
  readonly resolve: (answer: Answer) => void;
}

/** What the user said to the agent's own questions as an answer; null: they do not answer. Pure. */
export function answerOf(answers: GivenAnswers | null): Answer {
  return answers === null
    ? { decision: 'deny', remember: false }
    : { decision: 'allow', remember: false, answers };
}

const no: Answer = { decision: 'deny', remember: false, unanswered: true };

/** The questions of one query that wait for an answer. Each is answered once: by the user, its expiry, or the end. */
export class Questions {
  readonly #emit: (event: QueryEvent) => void;
  readonly #clock: Clock;
  readonly #expiryMs: number;
  readonly #waiting = new Map<string, Waiting>();

  constructor(emit: (event: QueryEvent) => void, clock: Clock, expiryMs: number) {
    this.#emit = emit;
    this.#clock = clock;
    this.#expiryMs = expiryMs;
  }

  /**
   * Emits a question that holds a request upstream, and waits until its time is up. `signal` withdraws it. Both mean no, unless the
   * signal's reason is `settled`: then nothing is refused.
   */
  askBriefly(
    question: (requestId: string, expiresAt: string) => QueryEvent,
    signal: AbortSignal,
    settled: unknown = null,
  ): Promise<Answer> {
    const expiresAt = instant(this.#clock() + this.#expiryMs);
    const asked = (requestId: string): QueryEvent => question(requestId, expiresAt);
    return this.#ask(asked, signal, { expiryMs: this.#expiryMs, settled });
  }

  /** Emits a question and waits for the user, however long it takes. `signal` withdraws it, which means no. */
  ask(question: (requestId: string) => QueryEvent, signal: AbortSignal): Promise<Answer> {
    return this.#ask(question, signal);
  }

  /** The same for questions of the agent's own. What it gives fits them; null: the user does not answer. */
  async askInWords(
    questions: readonly AgentQuestion[],
    question: (requestId: string) => QueryEvent,
    signal: AbortSignal,
  ): Promise<GivenAnswers | null> {
    const { decision, answers = {} } = await this.#ask(question, signal, { questions });
    return decision === 'allow' ? answers : null;
  }

  #ask(
    question: (requestId: string) => QueryEvent,
    signal: AbortSignal,
    {
      expiryMs = null,
      questions = null,
      settled = null,
    }: {
      readonly expiryMs?: number | null;
      readonly questions?: Waiting['questions'];
      readonly settled?: unknown;
    } = {},
  ): Promise<Answer> {
    if (signal.aborted) return Promise.resolve(no);
    const requestId = randomUUID();
    return new Promise((resolve) => {
      const withdraw = (): void => {
        const isSettled = settled !== null && signal.aborted && signal.reason === settled;
        this.#settle(requestId, isSettled ? { ...no, decision: 'allow' } : no);
      };
      const timer = expiryMs === null ? undefined : setTimeout(withdraw, expiryMs);
      signal.addEventListener('abort', withdraw, { once: true });
      this.#waiting.set(requestId, {
        questions,
        resolve: (answer) => {
          clearTimeout(timer);
          signal.removeEventListener('abort', withdraw);
          resolve(answer);
        },
      });
      this.#emit(question(requestId));
    });
  }

  /**
   * False if there is no such question, or it is no longer open.
   * @throws InvalidRequestError `answer_does_not_fit`: it stays open
   */
  answer(requestId: string, answer: Answer): boolean {
    const waiting = this.#waiting.get(requestId);
    if (waiting === undefined) return false;
    const fault = answer.decision === 'deny' ? null : faultOf(waiting, answer);
    if (fault !== null) throw new InvalidRequestError('answer_does_not_fit', fault);
    this.#settle(requestId, answer);
    return true;
  }

  /** Every question that still waits is answered with no. */
  close(): void {
    for (const requestId of [...this.#waiting.keys()]) this.#settle(requestId, no);
  }

  #settle(requestId: string, answer: Answer): void {
    const waiting = this.#waiting.get(requestId);
    if (waiting === undefined) return;
    this.#waiting.delete(requestId);
    this.#emit({ event: 'permission_resolution', data: { requestId, decision: answer.decision } });
    waiting.resolve(answer);
  }
}

function faultOf({ questions }: Waiting, { answers }: Answer): string | null {
  if (questions === null)
    return answers === undefined ? null : 'It asks for a permission: answer it with POST /approve.';
  if (answers === undefined) return 'It is a question of the agent: answer it with POST /answer.';
  return answerFault(questions, answers);
}
