import type { UUID } from 'node:crypto';
import type {
  CanUseTool,
  OnElicitation,
  Options,
  PermissionMode,
  Query,
  query,
  RewindFilesResult,
  SDKMessage,
  startup,
  WarmQuery,
} from '@anthropic-ai/claude-agent-sdk';
import type { McpServerState } from '@postern/contract';
import type { ChildAuth } from './child-auth.ts';
import type { OwnedProcess } from './child-process.ts';
import type { ChildSpec } from './child-spec.ts';
import { ProgramMode } from './program-mode.ts';
import { calledCommand, type PromptContent, withCommand } from './prompt-content.ts';
import { PromptQueue } from './prompt-queue.ts';
import {
  askTotals,
  isBudgetLeft,
  nothingSpent,
  type RunningTotals,
  runningTotals,
} from './running-totals.ts';
import type { ServerSet } from './server-set.ts';
import { type TaskOutput, taskOutput } from './task-output.ts';
import { type AuthVerdict, verifyAuth } from './verify-auth.ts';
import { within } from './within.ts';

/** How long a spare may take to be ready. */
const startupMs = 30_000;

/** Listeners of a turn while it runs. */
export interface TurnHandler {
  onMessage(message: SDKMessage): void;
  /** The program left in the middle of the turn. */
  onLost(): void;
  readonly canUseTool: CanUseTool;
  readonly onElicitation: OnElicitation;
}

/** How the program asks the user something in the middle of a turn. */
export type TurnQuestions = Pick<TurnHandler, 'canUseTool' | 'onElicitation'>;

/** The part of the Agent SDK that starts programs. */
export interface ProgramStarters {
  readonly query: typeof query;
  readonly startup: typeof startup;
}

/**
 * One running program and its conversation: a turn for each prompt, the process kept between turns. Knows the SDK's
 * running totals, so that a turn's cost is a difference.
 */
export class AgentChild {
  readonly spec: ChildSpec;
  readonly auth: ChildAuth;
  readonly #process: OwnedProcess;
  readonly #servers: ServerSet | null;
  readonly #start: ProgramStarters;
  readonly #options: Options;
  readonly #input = new PromptQueue();
  #warm: WarmQuery | null = null;
  #query: Query | null = null;
  #turn: TurnHandler | null = null;
  #turns = 0;
  readonly #mode: ProgramMode;
  #totals: RunningTotals | null;
  /** Of the conversation when the program began its first turn; null before. */
  #startUsd: number | null = null;
  #lost = false;
  #turnOver: () => void = () => undefined;
  #overWaiter: Promise<void> = Promise.resolve();

  constructor(
    spec: ChildSpec,
    parts: {
      readonly auth: ChildAuth;
      readonly process: OwnedProcess;
      /** Its MCP servers; they go when it goes. */
      readonly servers: ServerSet | null;
      readonly start: ProgramStarters;
      readonly options: (questions: TurnQuestions) => Options;
    },
  ) {
    this.spec = spec;
    this.#mode = new ProgramMode(spec.permissionMode, parts.process.exited);
    this.auth = parts.auth;
    this.#process = parts.process;
    this.#servers = parts.servers;
    this.#start = parts.start;
    // A new conversation has cost nothing; what a resumed one has cost the program knows.
    this.#totals = spec.resumes ? null : nothingSpent;
    this.#options = parts.options({
      canUseTool: async (toolName, input, options) => {
        if (this.#turn === null) return { behavior: 'deny', message: 'No query is running.' };
        return await this.#turn.canUseTool(toolName, input, options);
      },
      onElicitation: async (request, options) =>
        this.#turn === null ? { action: 'cancel' } : await this.#turn.onElicitation(request, options),
    });
    void this.#process.exited.then(() => {
      this.#lost = true;
      this.auth.close();
      void this.#servers?.close();
    });
  }

  /** False once an MCP server that worked was lost: another program starts it again. */
  get isWhole(): boolean {
    return this.#servers?.isWhole !== false;
  }

  /** Tells of MCP servers that do not work, now and from now on; gives the function that ends it. */
  followServers(listener: (state: McpServerState) => void): () => void {
    return this.#servers?.follow(listener) ?? (() => undefined);
  }

  /** False once the program has exited or was asked to. */
  get alive(): boolean {
    return !this.#lost;
  }

  /** Settles when the program has left. */
  get exited(): Promise<void> {
    return this.#process.exited;
  }

  /** Whether the program stops where it spends this much more: US dollars, null: nowhere. */
  hasBudget(budgetUsd: number | null): boolean {
    const spentUsd = this.#startUsd === null ? 0 : this.totals.costUsd - this.#startUsd;
    return isBudgetLeft(this.spec.maxBudgetUsd ?? null, spentUsd, budgetUsd);
  }

  /** What the conversation has cost so far, as far as it is known. */
  get totals(): RunningTotals {
    return this.#totals ?? nothingSpent;
  }

  /** Starts the program without a prompt. Rejects where it does not get ready. */
  async prepare(): Promise<void> {
    this.#warm = await this.#start.startup({ options: this.#options, initializeTimeoutMs: startupMs });
  }

  /**
   * What the program would authenticate with now, before anything is sent. Where nothing but its own secret for the gateway can
   * be found, it is not asked. Asked again for each turn: a stored login may have changed while the program waited.
   */
  async verifyAuth(): Promise<AuthVerdict> {
    const { profile } = this.spec;
    if (profile.signIn === null && profile.home === null) return 'as_chosen';
    const isFresh = this.#query === null && this.#warm === null;
    const running = this.#open();
    return verifyAuth(
      profile,
      isFresh ? await running.accountInfo() : (await running.reinitialize()).account,
    );
  }

  /**
   * Sends a prompt, unless the program goes on with one that it has; what follows goes to `turn`. Gives the totals before this turn.
   * @throws InvalidRequestError `attachment_not_found` if a file no longer exists
   */
  async begin(
    turn: TurnHandler,
    { content, files, command }: Pick<PromptContent, 'content' | 'files' | 'command'>,
    permissionMode: () => PermissionMode,
    promptId: UUID,
  ): Promise<RunningTotals> {
    this.#turn = turn;
    this.#overWaiter = new Promise((resolve) => {
      this.#turnOver = resolve;
    });
    const running = this.#open();
    if (this.#totals === null) await this.#readTotals(running);
    await this.#mode.begin(running, permissionMode, this.#turns > 0);
    await this.#process.expectFiles(files);
    this.#turns += 1;
    const before = this.totals;
    this.#startUsd ??= before.costUsd;
    if (this.spec.continuesTurn === true && this.#turns === 1) return before;
    const called = command === null ? null : calledCommand(command, this.spec.loaded.commands);
    this.#input.push(called === null ? content : withCommand(content, called), promptId, called !== null);
    return before;
  }

  /** Puts files back, or says what that would do; null where there is no answer. Source: SDK 0.3.332: what is changed later goes back as well. */
  async rewindFiles(messageId: string, dryRun: boolean): Promise<RewindFilesResult | null> {
    const rewound = this.#open()
      .rewindFiles(messageId, { dryRun })
      .catch(() => null);
    return await within(startupMs, rewound, null);
  }

  /** Of the turn that runs, from the next tool call on. */
  readonly changePermissionMode = (mode: PermissionMode) => this.#mode.change(this.#query, mode);

  /** The end of what a task in the background has printed; null where the program does not say. */
  async taskOutput(taskId: string): Promise<TaskOutput | null> {
    return this.#query === null || this.#lost ? null : await taskOutput(this.#query, taskId);
  }

  /** Ends a task in the background. */
  async stopTask(taskId: string): Promise<void> {
    await this.#query?.stopTask(taskId);
  }

  /** Ends what its tools started, wherever it went; the program lives on. */
  async endTools(): Promise<void> {
    await this.#process.endTools();
  }

  /** The turn gets no more messages. */
  leaveTurn(): void {
    this.#turn = null;
  }

  /**
   * Stops the turn and everything it started. The program lives on if it answers within `limitMs`, else it is killed; at once for null.
   */
  async stop(limitMs: number | null): Promise<void> {
    if (limitMs === null || !(await this.#interrupted(limitMs))) {
      this.#lost = true;
      await this.#process.kill();
      return;
    }
    await this.#process.endTools();
  }

  /** Lets the program leave, so that it writes its transcript to the end; kills it after `limitMs`. */
  async close(limitMs: number): Promise<void> {
    this.#lost = true;
    this.auth.close();
    this.#input.close();
    this.#warm?.close();
    this.#query?.close();
    if (this.#process.pid !== null) {
      const late = setTimeout(() => void this.#process.kill(), limitMs);
      await this.#process.exited;
      clearTimeout(late);
    }
    await this.#servers?.close();
  }

  #open(): Query {
    if (this.#query !== null) return this.#query;
    this.#query =
      this.#warm?.query(this.#input) ?? this.#start.query({ prompt: this.#input, options: this.#options });
    this.#warm = null;
    void this.#read(this.#query);
    return this.#query;
  }

  async #read(running: Query): Promise<void> {
    try {
      for await (const message of running) this.#hear(message, running);
    } catch {
      // The SDK throws when the program leaves early; the turn is notified below, and why is in the log.
    }
    this.#lost = true;
    this.#turnOver();
    this.#turn?.onLost();
  }

  #hear(message: SDKMessage, running: Query): void {
    if (message.type === 'result') {
      const totals = runningTotals(message.total_cost_usd, message.modelUsage);
      // A program that failed to start reports zeros.
      if (totals.costUsd >= this.totals.costUsd) this.#totals = totals;
      this.#turnOver();
    } else if (message.type === 'stream_event' && message.event.type === 'message_stop') {
      // If the program dies before its result, this is what is known of the turn's cost.
      void this.#readTotals(running).catch(() => undefined);
    }
    this.#turn?.onMessage(message);
  }

  async #readTotals(running: Query): Promise<void> {
    const totals = await askTotals(running);
    if (totals.costUsd >= this.totals.costUsd) this.#totals = totals;
  }

  async #interrupted(limitMs: number): Promise<boolean> {
    const running = this.#query;
    if (running === null || this.#lost) return false;
    const stopped = running
      .interrupt()
      .then(() => this.#overWaiter)
      .then(
        () => !this.#lost,
        () => false,
      );
    return await within(limitMs, stopped, false);
  }
}
