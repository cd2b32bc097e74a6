import type { QueryEvent } from '@postern/contract';
import { instant } from '../../credentials/index.ts';
import { Failure } from '../../errors/index.ts';
import type { Ask, PaidCall, QueryHandle, QueryListener, QueryScope } from '../../selection/index.ts';
import { nothingSpent, type RunningTotals, spentTogether } from '../child/index.ts';
import { type Answer, elicitation, Questions } from '../permission/index.ts';
import { capReached, delegatedTurnResult, type Serving, spentByTurn } from './delegated-turn-result.ts';
import { EventLog } from './event-log.ts';
import { lastEvent } from './final-event.ts';
import { askPayer, partsOfAnAnswer } from './payer-question.ts';
import { promptId } from './prompt-id.ts';
import type { QueryPlan, QueryRunDeps } from './query-plan.ts';
import { SaveProbe } from './save-probe.ts';
import { SilenceWatch } from './silence-watch.ts';
import { takenChild } from './taken-child.ts';
import { Turn } from './turn.ts';
import type { TurnFailure } from './turn-failure.ts';
import { TurnMessages } from './turn-messages.ts';
import { turnPermission } from './turn-permission.ts';

/** How long the program may take to end a turn on its own after the gateway gave up on it. */
const givenUpMs = 1_000;
/** More programs are not started for one query. */
const mostTurns = 8;
/** How one turn left the query: to be ended, with a failure or without one, or to be served by another credential. */
type Onwards = TurnFailure | 'ended' | 'another';

/** One query from its first event to its last: exactly one `result` or `error`, and a receipt for what was paid. */
export class QueryRun {
  readonly plan: QueryPlan;
  readonly events: EventLog;
  readonly #deps: QueryRunDeps;
  readonly #questions: Questions;
  readonly #query: QueryHandle;
  /** Unix ms. */
  readonly startedAtMs: number;
  readonly #calls: PaidCall[] = [];
  #messages: TurnMessages;
  #turn: Turn | null = null;
  #turns = 0;
  #spent: RunningTotals = nothingSpent;
  #hasAnswered = false;
  #givenUp: TurnFailure | null = null;
  #handedOver = false;
  #passedThrough: TurnFailure | null = null;
  readonly #silence: SilenceWatch;
  readonly #save: SaveProbe;
  #cancelled = false;
  #isWaiting = false;
  readonly #cancelling = new AbortController();
  readonly #done = Promise.withResolvers<void>();

  constructor(plan: QueryPlan, deps: QueryRunDeps) {
    this.plan = plan;
    this.#deps = deps;
    this.#messages = new TurnMessages(plan.workspace);
    this.events = new EventLog(deps.limits.maxLogBytes);
    this.#questions = new Questions(this.#emit, deps.clock, deps.limits.questionMs);
    this.startedAtMs = deps.clock();
    plan.mode.announceTo(this.#emit);
    this.#silence = new SilenceWatch(
      { noticeMs: deps.limits.silenceNoticeMs, limitMs: plan.maxSilenceMs ?? deps.limits.maxSilenceMs },
      (seconds, endsAtSeconds) => this.#emit({ event: 'silence', data: { seconds, endsAtSeconds } }),
      () => {
        this.#givenUp ??= { code: 'answer_timed_out', detail: null };
        void this.#turn?.stop();
      },
    );
    this.#save = new SaveProbe(deps.probeHistory, (reason) =>
      this.#emit({ event: 'history_not_saved', data: { reason } }),
    );
    const scope: QueryScope = {
      first: plan.scope.first,
      // In the middle of an answer no other program can take over; what is out of the running still counts.
      delegated: () => plan.scope.delegated().filter(({ usable }) => !usable || !this.#hasAnswered),
      announced: plan.credential,
      ...(plan.scope.policy === undefined ? {} : { policy: plan.scope.policy }),
      conversationId: plan.conversationId,
      workspace: plan.workspace,
    };
    this.#query = deps.selection.openQuery(plan.queryId, this.#listener(), scope);
  }

  /** Runs to the end; never rejects. */
  async run(): Promise<void> {
    const { queryId, conversationId, credential, loaded, mode } = this.plan;
    const workspace = { trust: loaded.trust, items: loaded.items };
    const begins = { queryId, conversationId, credential, workspace, permissionMode: mode.current };
    this.#emit({ event: 'started', data: begins });
    for (const data of loaded.serversLeftOut) this.#emit({ event: 'mcp_server', data });
    try {
      const mayRun = await this.#deps.slot.wait(this.#cancelling.signal, (place) =>
        this.#emit({ event: 'queued', data: { place } }),
      );
      const failure = mayRun ? await this.#serve() : null;
      if (mayRun) await this.#save.finished();
      this.#end(failure);
    } catch (error) {
      if (!(error instanceof Failure)) this.#deps.log('warn', `query failed: ${String(error)}`);
      this.#end(error instanceof Failure ? error : { code: 'agent_failed', detail: null });
    }
  }

  /** Stops it: nothing more goes upstream at once, none of its tools runs on. Settles when that is so. What waits may go on at the next start. */
  async cancel({ goesOnLater = false } = {}): Promise<void> {
    if (this.events.ended) return;
    this.#cancelled = true;
    this.#cancelling.abort();
    await this.#turn?.stop(goesOnLater && this.#isWaiting);
    await this.#done.promise;
  }

  /** True while it is held until a plan's reset. */
  get isWaiting(): boolean {
    return this.#isWaiting;
  }

  /** The user no longer waits: this credential pays, or the next one. False where it does not wait, or that cannot pay. */
  async letPay(credentialId: string | null): Promise<boolean> {
    return this.#isWaiting && (await this.#query.letPay(credentialId));
  }

  /** Stops the command of a call that runs in the background; nothing where none does. */
  async stopCommand(toolUseId: string): Promise<void> {
    await this.#turn?.stopCommand(toolUseId);
  }

  answer(requestId: string, answer: Answer): boolean {
    return this.#questions.answer(requestId, answer);
  }

  /** From credential to credential until one has served the query or none is left. The failure, where it is known here. */
  async #serve(): Promise<TurnFailure | null> {
    const { credential, reason, asks } = this.plan;
    // The gateway chooses among the credentials it can add, request by request.
    let serving: Serving | null = asks || this.#isDelegated(credential.id) ? null : { credential, reason };
    while (this.#turns < mostTurns) {
      if (serving === null) {
        const next = await this.#query.next(this.#cancelling.signal);
        if (next === null) return null;
        if ('code' in next) return next;
        serving = next;
      }
      const onwards = await this.#serveWith(serving);
      if (onwards !== 'another') return onwards === 'ended' ? null : onwards;
      serving = null;
    }
    return { code: 'no_working_credential', detail: null };
  }

  async #serveWith(serving: Serving): Promise<Onwards> {
    this.#handedOver = false;
    let turn: Turn | null = null;
    try {
      turn = await this.#run(serving);
    } finally {
      serving.allowance?.end(spentByTurn(turn));
    }
    if (turn === null) return 'ended';
    const { child, found } = turn;
    const { id } = serving.credential;
    const end = this.#isDelegated(id) ? delegatedTurnResult(turn, serving, child.spec.model) : null;
    for (const outcome of end?.outcomes ?? []) this.#deps.delegated.note(id, outcome);
    if (end?.paid) this.#calls.push(end.paid);
    const capped = capReached(turn, serving);
    const code = found === 'mismatch' ? 'credential_mismatch' : (end?.refusal?.code ?? null);
    // A program that took another model for itself keeps it: the next turn asks for the chosen one in a new program.
    const isClean = !turn.messages.hasChangedModel && !turn.usedBackground;
    if (code === null && capped === null && isClean) this.#deps.releaseChild(child);
    else await this.#deps.retireChild(child);
    if (capped !== null && !this.#cancelled) return capped;
    if (this.#cancelled || (code === null && !this.#handedOver)) return 'ended';
    if (this.#hasAnswered || found === 'mismatch')
      return { code: code ?? 'no_working_credential', detail: null };
    if (code !== null) this.#query.settleRefusal(id, code);
    return 'another';
  }

  /** One turn; a second one where the first program was lost before it began. Null where the query was cancelled before. */
  async #run(serving: Serving): Promise<Turn | null> {
    const turn = await this.#runOnce(serving);
    if (turn === null || this.#cancelled || this.#givenUp !== null || !turn.wasLostUnbegun) return turn;
    // Nothing was asked of the model and no tool ran, so a new program may try, once.
    await this.#deps.retireChild(turn.child);
    return await this.#runOnce(serving);
  }

  async #runOnce(serving: Serving): Promise<Turn | null> {
    if (this.#cancelled) return null;
    const taking = this.#deps.takeChild(serving, this.#turns > 0);
    const child = await takenChild(taking, this.#cancelling.signal, this.#deps.releaseChild);
    if (child === null) return null;
    this.#turns += 1;
    const turn = new Turn(child, {
      workspace: this.plan.workspace,
      prompt: this.plan.prompt,
      promptId: promptId(this.plan.queryId),
      mode: this.plan.mode,
      canUseTool: turnPermission(this.plan, this.#deps, child, this.#questions),
      onElicitation: elicitation(this.#questions),
      questions: this.#questions,
      emit: this.#emit,
      onMessage: () => this.#silence.heard(),
      onBackground: (waits) => this.#silence.pause(waits),
      interruptMs: this.#deps.limits.interruptMs,
    });
    this.#turn = turn;
    this.#messages = turn.messages;
    this.#passedThrough = null;
    this.#silence.begin();
    try {
      await turn.run(this.#query);
    } catch (error) {
      this.#deps.releaseChild(child);
      throw error;
    } finally {
      this.#turn = null;
      this.#silence.end();
    }
    this.#spent = spentTogether(this.#spent, turn.spent);
    if (turn.messages.begun) this.#deps.onBegun(child);
    return turn;
  }

  #isDelegated(credentialId: string): boolean {
    return this.#deps.delegated.runOf(credentialId) !== null;
  }

  #listener(): QueryListener {
    return {
      ask: this.#ask,
      onSwitch: (from, to, reason) =>
        this.#emit({ event: 'credential_switched', data: { from, to, reason } }),
      onUsageLimit: (window, resetsAt, status) => {
        this.#emit({ event: 'usage_limit', data: { window, resetsAt, status } });
      },
      onPaidCall: (call) => {
        this.#calls.push(call);
        if (call.status < 400) this.#passedThrough = null;
      },
      onGivenUp: (code, detail, retryAtMs = null) => {
        this.#givenUp ??= { code, detail, retryAtMs };
        setTimeout(() => void this.#turn?.stop(), givenUpMs).unref();
      },
      onWaiting: (window, untilMs) => {
        this.#isWaiting = true;
        this.#deps.onWaiting(untilMs);
        this.#emit({ event: 'waiting', data: { until: instant(untilMs), window } });
      },
      onResumed: () => {
        // The program lets go of its request while it is stopped: what waits then is found again at the next start.
        if (this.#cancelled) return;
        this.#isWaiting = false;
        this.#deps.onWaiting(null);
        this.#emit({ event: 'resumed', data: {} });
      },
      onHandOver: () => {
        this.#handedOver = true;
        void this.#turn?.stop();
      },
      onPassedThrough: (code, _status, more) => {
        this.#passedThrough = { code, detail: more?.detail ?? null, retryAtMs: more?.retryAtMs ?? null };
      },
      onBrokenOff: (broken) => {
        this.#passedThrough = { code: 'stream_interrupted', detail: broken.detail };
        this.#turn?.breakOff(broken);
      },
    };
  }

  readonly #ask: Ask = (question, signal) => askPayer(this.#questions, question, signal);

  #end(failure: TurnFailure | null): void {
    this.#questions.close();
    const { queryId, conversationId, workspace } = this.plan;
    const last = lastEvent(this.#deps, {
      ...{ queryId, conversationId, workspace },
      messages: this.#messages,
      spent: this.#spent,
      calls: this.#calls,
      durationMs: Math.max(0, Math.round(this.#deps.clock() - this.startedAtMs)),
      cancelled: this.#cancelled,
      failure,
      givenUp: this.#givenUp,
      passedThrough: this.#passedThrough,
    });
    this.#deps.onEnd(!this.#messages.hasLostText);
    this.#emit(last);
    this.#done.resolve();
  }

  readonly #emit = (event: QueryEvent): void => {
    const isOfAnAnswer = partsOfAnAnswer.has(event.event);
    this.#hasAnswered ||= isOfAnAnswer;
    this.#silence.note(event);
    this.events.add(event);
    if (isOfAnAnswer) this.#save.begin();
  };
}
