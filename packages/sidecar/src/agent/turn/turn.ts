import type { UUID } from 'node:crypto';
import type { CanUseTool, OnElicitation, SDKMessage } from '@anthropic-ai/claude-agent-sdk';
import type { QueryEvent } from '@postern/contract';
import type { BrokenOff, QueryHandle } from '../../selection/index.ts';
import {
  type AgentChild,
  type AuthVerdict,
  nothingSpent,
  type PromptContent,
  permissionModeOf,
  type RunningTotals,
  spentSince,
} from '../child/index.ts';
import type { Questions } from '../permission/index.ts';
import { BackgroundWork } from './background-work.ts';
import type { QueryMode } from './query-mode.ts';
import { TurnCalls } from './turn-calls.ts';
import { TurnMessages } from './turn-messages.ts';

export interface TurnDeps {
  /** Absolute. */
  readonly workspace: string;
  readonly prompt: PromptContent;
  /** Of this sending of it. */
  readonly promptId: UUID;
  readonly mode: QueryMode;
  readonly canUseTool: CanUseTool;
  readonly onElicitation: OnElicitation;
  readonly questions: Questions;
  readonly emit: (event: QueryEvent) => void;
  /** The program said anything at all. */
  readonly onMessage: () => void;
  /** The model has answered, and commands in the background are waited for; or no longer. */
  readonly onBackground: (waits: boolean) => void;
  /** How long the program may take to stop on its own. */
  readonly interruptMs: number;
}

/** How long the program may take to go on with a turn that was cut off; it is sent the prompt after that, by another program. */
const continueMs = 20_000;
/** How long the program may take to say what it has read of an answer that broke off. */
const catchUpMs = 500;

/** How long the program may take to tell the model that a command in the background has ended. */
const wakeMs = 5_000;

/** What belongs to the answer though it comes while the turn is being stopped: the program keeps it, so the user sees it. */
const saidBeforeTheEnd: ReadonlySet<QueryEvent['event']> = new Set<QueryEvent['event']>([
  'assistant_text',
  'thinking',
]);

/** One prompt in one program, from its start until nothing of it still runs. */
export class Turn {
  readonly child: AgentChild;
  readonly messages: TurnMessages;
  /** What it cost by the SDK's running totals; where a program that pays on its own left without one, by what was seen of its calls. */
  spent: RunningTotals = nothingSpent;
  /** US dollars that its calls may have cost beyond that. */
  openUsd = 0;
  /** What the program would have authenticated with; the prompt was sent only where that was what was chosen. */
  found: AuthVerdict = 'as_chosen';
  readonly #deps: TurnDeps;
  /** Null where the gateway sees them. */
  readonly #calls: TurnCalls | null;
  readonly #background: BackgroundWork;
  #wake: NodeJS.Timeout | undefined;
  readonly #over = Promise.withResolvers<void>();
  #bound: { end(): void } | null = null;
  #stopping: Promise<void> | null = null;
  /** Nothing of it still runs; the program may take another turn. */
  #isOver = false;
  #broken: BrokenOff | null = null;
  #catchUp: NodeJS.Timeout | undefined;
  /** The program found nothing to go on with. */
  #neverContinued = false;

  constructor(child: AgentChild, deps: TurnDeps) {
    this.child = child;
    this.#deps = deps;
    this.messages = new TurnMessages(deps.workspace);
    this.#calls = child.spec.profile.signIn === null ? null : new TurnCalls();
    this.#background = new BackgroundWork(child, deps.emit);
  }

  /** Lost before it began: nothing was asked of the model and no tool ran. */
  get wasLostUnbegun(): boolean {
    const { begun, result } = this.messages;
    return this.#couldNotStart || this.#neverContinued || (!begun && result === null && !this.child.alive);
  }

  /** Commands ran in the background: what the program still has to say of them must not begin a turn that no query pays for. */
  get usedBackground(): boolean {
    return this.#background.isUsed;
  }

  /** Stops a command that runs in the background. */
  async stopCommand(toolUseId: string): Promise<void> {
    await this.#background.stop(toolUseId);
  }

  /** What a program says that cannot resume its session, before it leaves. Source: program 2.1.332, measured. */
  get #couldNotStart(): boolean {
    const { begun, result } = this.messages;
    return this.#stopping === null && !begun && result?.subtype === 'error_during_execution';
  }

  /** Runs to its end. */
  async run(query: QueryHandle): Promise<void> {
    const { child } = this;
    const { prompt, promptId, mode, questions } = this.#deps;
    const bound = child.auth.begin(query);
    this.#bound = bound;
    const patience = setTimeout(() => this.#stopContinuing(), continueMs);
    const leaveMode = mode.serve(child);
    const unfollow = child.followServers((state) => this.#deps.emit({ event: 'mcp_server', data: state }));
    try {
      this.found = await child.verifyAuth();
      if (this.found !== 'as_chosen' || this.#stopping !== null) return;
      const handler = {
        onMessage: (message: SDKMessage) => this.#hear(message),
        onLost: () => this.#over.resolve(),
        canUseTool: this.#deps.canUseTool,
        onElicitation: this.#deps.onElicitation,
      };
      const before = await child.begin(handler, prompt, () => permissionModeOf(mode.current), promptId);
      await this.#over.promise;
      await this.#background.close();
      // After a failure something may still run, and the program does not always end it when it leaves.
      if (this.usedBackground) await child.endTools();
      this.#count(before);
    } catch (error) {
      // The program left before the prompt reached it; `wasLostUnbegun` decides what follows.
      if (child.alive && !this.#couldNotStart) throw error;
    } finally {
      this.#isOver = true;
      clearTimeout(this.#catchUp);
      clearTimeout(this.#wake);
      clearTimeout(patience);
      unfollow();
      leaveMode();
      bound.end();
      questions.close();
      child.leaveTurn();
      if (!child.alive) this.messages.programLeft();
    }
  }

  #count(before: RunningTotals): void {
    const { begun, result } = this.messages;
    const isLost = begun && result === null && !this.child.alive;
    const seen = isLost ? this.#calls?.seen : undefined;
    this.spent = seen ?? spentSince(before, this.child.totals);
    this.openUsd = (seen?.openUsd ?? 0) + (this.#calls?.awaitedUsd ?? 0);
  }

  /** Nothing more goes upstream at once, none of its tools runs on. Settles when that is so. @param goesOnLater another program may take it up */
  stop(goesOnLater = false): Promise<void> {
    if (this.#isOver) return Promise.resolve();
    this.#stopping ??= this.#stop(goesOnLater);
    return this.#stopping;
  }

  /**
   * An answer broke off on its way to the program. It is interrupted when it has read what came: then it keeps that, and the model knows of it
   * in the next turn.
   */
  breakOff(broken: BrokenOff): void {
    if (this.#broken !== null || this.#isOver) return;
    this.#broken = broken;
    if (this.#hasCaughtUp()) void this.stop();
    else this.#catchUp = setTimeout(() => void this.stop(), catchUpMs);
  }

  #stopContinuing(): void {
    if (this.child.spec.continuesTurn !== true || this.messages.begun || this.#stopping !== null) return;
    this.#neverContinued = true;
    this.#over.resolve();
  }

  #hasCaughtUp(): boolean {
    if (this.#broken === null) return false;
    const { messageId, deltas } = this.#broken;
    return messageId !== null && this.messages.deltasOf(messageId) >= deltas;
  }

  async #stop(goesOnLater: boolean): Promise<void> {
    // One that is interrupted writes so into the session, and nothing can go on behind that.
    if (goesOnLater) await this.child.stop(null);
    this.#bound?.end();
    this.#deps.questions.close();
    this.#calls?.stopping();
    await this.child.stop(this.#deps.interruptMs);
    this.#over.resolve();
  }

  #hear(message: SDKMessage): void {
    const { messages } = this;
    this.#deps.onMessage();
    const events = messages.read(message);
    this.#calls?.read(message);
    // What the program still says about being stopped belongs to no answer, and the turn is over only when its tools are gone as well.
    const isStopping = this.#stopping !== null;
    for (const event of events) if (!isStopping || saidBeforeTheEnd.has(event.event)) this.#deps.emit(event);
    if (isStopping) return;
    this.#background.hear(message);
    if (this.#usesAKey()) {
      this.found = 'mismatch';
      void this.stop();
    }
    if (messages.interrupted || messages.goesOnInOverage || this.#hasCaughtUp()) void this.stop();
    this.#endWhereNothingRuns();
  }

  /** The model has answered. Where commands still run in the background, it learns of their end in this turn. */
  #endWhereNothingRuns(): void {
    const { result, hasAnswered } = this.messages;
    const state = result === null || hasAnswered ? this.#background.state : 'none';
    clearTimeout(this.#wake);
    this.#deps.onBackground(result !== null && state === 'running');
    if (result === null || state === 'running') return;
    if (state === 'none') this.#over.resolve();
    else this.#wake = setTimeout(() => this.#over.resolve(), wakeMs);
  }

  /** A key is never chosen here: the gateway adds its own, and a sign-in of the program's own is a token. */
  #usesAKey(): boolean {
    const { keySource } = this.messages;
    return keySource !== null && keySource !== 'none';
  }
}
