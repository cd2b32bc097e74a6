import type { PermissionMode, SDKMessage } from '@anthropic-ai/claude-agent-sdk';
import type { CredentialRef, ErrorCode, QueryEvent } from '@postern/contract';
import type { Clock } from '../credentials/index.ts';
import { Failure } from '../errors/index.ts';
import type { Ask, PaidCall, QueryListener } from '../gateway/index.ts';
import type { Ledger } from '../ledger/index.ts';
import type { SettingsStore } from '../settings/index.ts';
import type { AgentChild, TurnHandler } from './agent-child.ts';
import type { AgentLimits } from './agent-limits.ts';
import type { AgentLog } from './agent-log.ts';
import { EventLog } from './event-log.ts';
import type { PromptContent } from './prompt-content.ts';
import { type Answer, Questions } from './questions.ts';
import { nothingSpent, type RunningTotals, spentSince } from './running-totals.ts';
import { toolPermission } from './tool-permission.ts';
import { failureEvent, type TurnFailure, turnFailure } from './turn-failure.ts';
import { TurnMessages } from './turn-messages.ts';
import { turnReceipt } from './turn-receipt.ts';

/** How long the program may take to end a turn by itself after the gateway gave up on it. */
const givenUpMs = 1_000;

/** What one query is about. */
export interface QueryPlan {
  readonly queryId: string;
  readonly conversationId: string;
  readonly workspace: string;
  readonly credential: CredentialRef;
  readonly prompt: PromptContent;
  readonly permissionMode: PermissionMode;
}

export interface QueryRunDeps {
  readonly ledger: Ledger;
  readonly settings: SettingsStore;
  readonly limits: AgentLimits;
  readonly clock: Clock;
  readonly log: AgentLog;
  readonly mayRead: (path: string) => boolean;
  /** A child for this query; `again` where the last one was lost before it began. */
  readonly takeChild: (again: boolean) => Promise<AgentChild>;
  readonly releaseChild: (child: AgentChild) => void;
  /** The conversation is free again; called right before the last event. */
  readonly onEnd: (begun: boolean) => void;
}

/** One query from its first event to its last: exactly one `result` or `error`, and a receipt for what was paid. */
export class QueryRun {
  readonly plan: QueryPlan;
  readonly events: EventLog;
  readonly #deps: QueryRunDeps;
  readonly #questions: Questions;
  readonly #startedAtMs: number;
  readonly #calls: PaidCall[] = [];
  #messages = new TurnMessages();
  #child: AgentChild | null = null;
  #spent: RunningTotals = nothingSpent;
  #givenUp: TurnFailure | null = null;
  #passedThrough: ErrorCode | null = null;
  #cancelled = false;
  readonly #cancelling = Promise.withResolvers<null>();
  readonly #done = Promise.withResolvers<void>();
  #stop: (() => Promise<void>) | null = null;
  #stopping = false;
  #over: () => void = () => undefined;

  constructor(plan: QueryPlan, deps: QueryRunDeps) {
    this.plan = plan;
    this.#deps = deps;
    this.events = new EventLog(deps.limits.maxLogBytes);
    this.#questions = new Questions(this.#emit, deps.clock, deps.limits.questionMs);
    this.#startedAtMs = deps.clock();
  }

  /** Runs to the end; never rejects. */
  async run(): Promise<void> {
    const { queryId, conversationId, credential } = this.plan;
    this.#emit({ event: 'started', data: { queryId, conversationId, credential } });
    try {
      await this.#turn(false);
      // Lost before it began: nothing was asked of the model and no tool ran, so a new program may try, once.
      if (this.#wasLostUnbegun()) await this.#turn(true);
      this.#end(null);
    } catch (error) {
      if (!(error instanceof Failure)) this.#deps.log('warn', `query failed: ${String(error)}`);
      this.#end(error instanceof Failure ? error : { code: 'agent_failed', detail: null });
    }
  }

  /** Stops it: nothing more goes upstream at once, none of its tools runs on. Settles when that is so. */
  async cancel(): Promise<void> {
    if (this.events.ended) return;
    this.#cancelled = true;
    this.#cancelling.resolve(null);
    await this.#stop?.();
    await this.#done.promise;
  }

  answer(requestId: string, answer: Answer): boolean {
    return this.#questions.answer(requestId, answer);
  }

  async #turn(again: boolean): Promise<void> {
    if (this.#cancelled) return;
    const child = await this.#taken(this.#deps.takeChild(again));
    if (child === null) return;
    this.#child = child;
    this.#messages = new TurnMessages();
    const over = new Promise<void>((resolve) => {
      this.#over = resolve;
    });
    const bound = child.way.begin(this.plan.queryId, this.#listener());
    this.#stopping = false;
    this.#stop = once(async () => {
      this.#stopping = true;
      bound.end();
      this.#questions.close();
      await child.stop(this.#deps.limits.interruptMs);
      this.#over();
    });
    try {
      const before = await child.begin(this.#handler(), this.plan.prompt.content, this.plan.permissionMode);
      await over;
      this.#spent = spentSince(before, child.totals);
    } catch (error) {
      // The program left before the prompt reached it; `#wasLostUnbegun` decides what follows.
      if (child.alive) throw error;
    } finally {
      this.#stop = null;
      bound.end();
      this.#questions.close();
      child.leaveTurn();
      this.#deps.releaseChild(child);
    }
  }

  /** The child, or null where the query was cancelled while it was being made ready. */
  async #taken(taking: Promise<AgentChild>): Promise<AgentChild | null> {
    const child = await Promise.race([taking, this.#cancelling.promise]);
    if (child !== null && !this.#cancelled) return child;
    void taking.then(this.#deps.releaseChild, () => undefined);
    return null;
  }

  #wasLostUnbegun(): boolean {
    return (
      !this.#cancelled &&
      !this.#messages.begun &&
      this.#messages.result === null &&
      this.#child?.alive === false
    );
  }

  #handler(): TurnHandler {
    return {
      onMessage: (message) => this.#hear(message),
      onLost: () => this.#over(),
      canUseTool: toolPermission({
        workspace: this.plan.workspace,
        attached: this.plan.prompt.attached,
        mayRead: this.#deps.mayRead,
        settings: this.#deps.settings,
        questions: this.#questions,
        onNotRemembered: (cause) => this.#deps.log('warn', `not remembered: ${String(cause)}`),
      }),
    };
  }

  #hear(message: SDKMessage): void {
    const events = this.#messages.read(message);
    // What the program says of being stopped is nobody's answer, and the turn is over when its tools are gone as well.
    if (this.#stopping) return;
    for (const event of events) this.#emit(event);
    if (this.#messages.interrupted) void this.#stop?.();
    if (this.#messages.result !== null) this.#over();
  }

  #listener(): QueryListener {
    return {
      ask: this.#ask,
      onSwitch: (from, to, reason) => {
        this.#emit({ event: 'credential_switched', data: { from, to, reason } });
      },
      onUsageLimit: (window, resetsAt, status) => {
        this.#emit({ event: 'usage_limit', data: { window, resetsAt, status } });
      },
      onPaidCall: (call) => {
        this.#calls.push(call);
        if (call.status < 400) this.#passedThrough = null;
      },
      onGivenUp: (code, detail) => {
        this.#givenUp ??= { code, detail };
        setTimeout(() => void this.#stop?.(), givenUpMs).unref();
      },
      onPassedThrough: (code) => {
        this.#passedThrough = code;
        if (code === 'stream_interrupted') void this.#stop?.();
      },
    };
  }

  readonly #ask: Ask = async ({ from, to, reason, capUsd }, signal) => {
    const answer = await this.#questions.ask(
      (requestId, expiresAt) => ({
        event: 'fallback_request',
        data: { requestId, from, to, reason, payer: to.payer, capUsd, expiresAt },
      }),
      signal,
    );
    if (answer.decision === 'deny') return 'no';
    return answer.remember ? 'today' : 'once';
  };

  #end(failure: TurnFailure | null): void {
    this.#questions.close();
    const { result, interrupted, error } = this.#messages;
    const answered = failure === null && result !== null && result.subtype === 'success' && !result.is_error;
    const good = answered && !this.#cancelled && this.#givenUp === null && !interrupted;
    const durationMs = Math.max(0, Math.round(this.#deps.clock() - this.#startedAtMs));
    const failed =
      failure ??
      turnFailure({
        cancelled: this.#cancelled,
        givenUp: this.#givenUp,
        interrupted,
        passedThrough: this.#passedThrough,
        sdkError: error,
        apiStatus: result?.subtype === 'success' ? (result.api_error_status ?? null) : null,
      });
    this.#emitLast(good, failed, durationMs);
    this.#done.resolve();
  }

  #emitLast(good: boolean, failed: TurnFailure, durationMs: number): void {
    let last = failureEvent(failed);
    try {
      const receipt = turnReceipt(this.#deps.ledger, {
        queryId: this.plan.queryId,
        conversationId: this.plan.conversationId,
        model: this.#messages.model,
        outcome: good ? 'completed' : this.#cancelled ? 'cancelled' : 'failed',
        spent: this.#spent,
        calls: this.#calls,
        durationMs,
      });
      if (good && receipt !== null) {
        const { usage, costUsd, id: receiptId } = receipt;
        const stopReason = this.#messages.result?.stop_reason ?? 'end_turn';
        last = { event: 'result', data: { stopReason, usage, costUsd, receiptId, durationMs } };
      }
    } catch (error) {
      const detail = 'The receipt could not be kept.';
      if (good) last = failureEvent(error instanceof Failure ? error : { code: 'internal_error', detail });
    }
    this.#deps.onEnd(this.#messages.begun);
    this.#emit(last);
  }

  readonly #emit = (event: QueryEvent): void => this.events.add(event);
}

/** The first call runs it; every call waits for that one. */
function once(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  return () => {
    running ??= run();
    return running;
  };
}
