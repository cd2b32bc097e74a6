import type { PermissionMode, RunningTurn } from '@postern/contract';
import { InvalidRequestError } from '../errors/index.ts';
import type { Agent } from './agent.ts';
import type { AgentLimits } from './child/index.ts';
import { type Answer, answerOf } from './permission/index.ts';
import type { NumberedEvent, QueryRun } from './turn/index.ts';

interface Desk {
  readonly run: QueryRun;
  readonly prompt: string;
  readonly goesOnAt: string | null;
  listeners: number;
  /** Expires without a listener, and after its end. */
  timer: NodeJS.Timeout | null;
  /** It waited for a plan's reset without a listener: it goes on without one. */
  waitedUnheard: boolean;
}

/** Of a prompt, in characters: windows that follow a turn show it until they read the history. */
const longestPromptTold = 20_000;

/** As much of a prompt as windows get. */
export function toldPrompt(prompt: string): string {
  return prompt.slice(0, longestPromptTold);
}

/** A conversation whose turn is under way. */
export interface RunningConversation {
  readonly id: string;
  readonly workspace: string;
  readonly turn: Omit<RunningTurn, 'before'>;
  /** For the page that ends with what it goes on with; null where it begins with its prompt. */
  readonly goesOnAt: string | null;
  readonly startedAtMs: number;
}

/** Every query that runs or ended a short while ago: its listeners, its answers, and what happens without either. */
export class QueryRegistry {
  readonly #desks = new Map<string, Desk>();
  readonly #limits: AgentLimits;

  constructor(limits: AgentLimits) {
    this.#limits = limits;
  }

  /** Starts a query. @param goesOnAt see `RunningConversation` */
  open(run: QueryRun, prompt: string, goesOnAt: string | null): void {
    const { queryId } = run.plan;
    const desk: Desk = {
      run,
      prompt: toldPrompt(prompt),
      goesOnAt,
      listeners: 0,
      timer: null,
      waitedUnheard: false,
    };
    this.#desks.set(queryId, desk);
    this.#whileUnheard(desk);
    void run.run().then(() => {
      if (desk.timer !== null) clearTimeout(desk.timer);
      desk.timer = setTimeout(() => this.#desks.delete(queryId), this.#limits.keepEndedMs).unref();
      this.#forgetOldest();
    });
  }

  /** The conversations that have a turn under way, the one that began last first. */
  runningIn(): readonly RunningConversation[] {
    return [...this.#desks.values()]
      .filter(({ run }) => !run.events.ended)
      .map(({ run, prompt, goesOnAt }) => ({
        id: run.plan.conversationId,
        workspace: run.plan.workspace,
        turn: { queryId: run.plan.queryId, prompt },
        goesOnAt,
        startedAtMs: run.startedAtMs,
      }))
      .toReversed();
  }

  /** @throws InvalidRequestError `query_not_found` */
  events(queryId: string, afterId: number, signal: AbortSignal): AsyncIterable<NumberedEvent> {
    return this.#listen(this.#find(queryId), afterId, signal);
  }

  /** @throws InvalidRequestError `query_not_found` */
  async cancel(queryId: string): Promise<void> {
    await this.#find(queryId).run.cancel();
  }

  /** @throws InvalidRequestError `query_not_found`, `credential_cannot_pay` */
  async letPay(queryId: string, credentialId: string | null): Promise<void> {
    this.checkWaits(queryId);
    const { run } = this.#find(queryId);
    if (await run.letPay(credentialId)) return;
    this.checkWaits(queryId);
    throw new InvalidRequestError('credential_cannot_pay');
  }

  /** Whatever was to pay for it. @throws InvalidRequestError `query_not_found`, `credential_cannot_pay` where it does not wait */
  checkWaits(queryId: string): void {
    const { run } = this.#find(queryId);
    if (run.isWaiting && !run.events.ended) return;
    throw new InvalidRequestError('credential_cannot_pay', 'This query does not wait for a reset.');
  }

  /** @throws InvalidRequestError `query_not_found` */
  async stopCommand(queryId: string, toolUseId: string): Promise<void> {
    await this.#find(queryId).run.stopCommand(toolUseId);
  }

  /** Nothing where it has ended. @throws InvalidRequestError `query_not_found` */
  async changeMode(queryId: string, mode: PermissionMode): Promise<void> {
    const { run } = this.#find(queryId);
    if (!run.events.ended) await run.plan.mode.choose(mode);
  }

  /** @throws InvalidRequestError `request_not_found`, `answer_does_not_fit` */
  answer(requestId: string, answer: Answer): void {
    for (const { run } of this.#desks.values()) {
      if (run.answer(requestId, answer)) return;
    }
    throw new InvalidRequestError('request_not_found');
  }

  /** Postern ends. */
  async cancelAll(): Promise<void> {
    await Promise.all([...this.#desks.values()].map(({ run }) => run.cancel({ goesOnLater: true })));
  }

  /** It begins to wait for a plan's reset, or has waited: the window may be closed meanwhile, and it goes on all the same. */
  noteWait(queryId: string): void {
    const desk = this.#desks.get(queryId);
    if (desk !== undefined && desk.listeners === 0) desk.waitedUnheard = true;
  }

  async *#listen(desk: Desk, afterId: number, signal: AbortSignal): AsyncGenerator<NumberedEvent> {
    desk.listeners += 1;
    // From now on it is heard, and has to be.
    desk.waitedUnheard = false;
    if (!desk.run.events.ended && desk.timer !== null) clearTimeout(desk.timer);
    try {
      yield* desk.run.events.after(afterId, signal);
    } finally {
      desk.listeners -= 1;
      this.#whileUnheard(desk);
    }
  }

  #whileUnheard(desk: Desk): void {
    if (desk.listeners > 0 || desk.run.events.ended) return;
    if (desk.run.isWaiting) desk.waitedUnheard = true;
    desk.timer = setTimeout(() => {
      if (!desk.waitedUnheard) void desk.run.cancel();
    }, this.#limits.unheardMs).unref();
  }

  #forgetOldest(): void {
    const ended = [...this.#desks.values()].filter(({ run }) => run.events.ended);
    for (const { run, timer } of ended.slice(0, Math.max(0, ended.length - this.#limits.maxEnded))) {
      // It would hold the whole query until it fires.
      if (timer !== null) clearTimeout(timer);
      this.#desks.delete(run.plan.queryId);
    }
  }

  #find(queryId: string): Desk {
    const desk = this.#desks.get(queryId);
    if (desk === undefined) throw new InvalidRequestError('query_not_found');
    return desk;
  }
}

/** What is done with a query that runs. */
export function queryActions(
  desk: QueryRegistry,
  /** @throws InvalidRequestError `credential_not_found` */
  checkCredential: (id: string) => Promise<unknown>,
): Pick<Agent, 'events' | 'cancel' | 'letPay' | 'changeMode' | 'stopCommand' | 'approve' | 'answer'> {
  return {
    events: (queryId, afterId, signal) => desk.events(queryId, afterId, signal),
    cancel: (queryId) => desk.cancel(queryId),
    async letPay(queryId, credentialId) {
      desk.checkWaits(queryId);
      if (credentialId !== null) await checkCredential(credentialId);
      await desk.letPay(queryId, credentialId);
    },
    changeMode: (queryId, mode) => desk.changeMode(queryId, mode),
    stopCommand: (queryId, toolUseId) => desk.stopCommand(queryId, toolUseId),
    approve: async (requestId, decision, remember) => desk.answer(requestId, { decision, remember }),
    answer: async (requestId, answers) => desk.answer(requestId, answerOf(answers)),
  };
}
