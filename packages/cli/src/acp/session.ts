import {
  type AgentContext,
  type ContentBlock,
  methods,
  type PromptResponse,
  RequestError,
  type SessionUpdate,
  type ToolCallUpdate,
} from '@agentclientprotocol/sdk';
import {
  type CredentialRef,
  type EditorServers,
  errorTable,
  type PermissionMode,
  type QueryEvent,
  type Task,
  tasksAfterCall,
  tasksAfterResult,
} from '@postern/contract';
import { GrowingCalls } from './growing-calls.ts';
import { eventNotice, fromTheNextPrompt, hangNotice, type Notice, noticeUpdate } from './notices.ts';
import { OfferedCommands } from './offered-commands.ts';
import { OpenCalls } from './open-calls.ts';
import { type PreparedPrompt, preparedPrompt } from './prompt-blocks.ts';
import { rejectedBy } from './rejected-by.ts';
import { asRequestError, errorOf } from './request-error.ts';
import { RunningTurn, type SessionClient } from './running-turn.ts';
import { SessionMoney } from './session-money.ts';
import type { OptionChange, SessionChoices } from './session-options.ts';
import { SessionQuestions } from './session-questions.ts';
import { planOf, shownChange, toolCall, toolOutcome } from './tool-updates.ts';
import { ended } from './turn-end.ts';

/** What a client can show beside messages and permission requests. */
export interface ClientAbilities {
  readonly notices: boolean;
  /** Forms to fill in (`elicitation/create`). */
  readonly forms: boolean;
  /** How full the context is and what the session costs (`usage_update`). */
  readonly usage: boolean;
}

/** One session of an editor: a conversation of Postern's in one folder. */
export class AcpSession {
  readonly id: string;
  readonly workspace: string;
  #choices: SessionChoices;
  /** The editor’s MCP servers for it. */
  readonly #servers: EditorServers;
  readonly money: SessionMoney;
  readonly #abilities: ClientAbilities;
  readonly #client: AgentContext;
  #running: AbortController | null = null;
  /** What the prompt that runs took its options for; null: none did. */
  #turn: RunningTurn | null = null;
  #isClosed = false;
  readonly #open = new OpenCalls();
  readonly #questions: SessionQuestions;
  readonly #growing = new GrowingCalls();
  readonly #commands: OfferedCommands;
  #tasks: readonly Task[] = [];

  constructor(
    facts: {
      readonly id: string;
      /** It has no turn yet. */
      readonly isNew: boolean;
      readonly workspace: string;
      readonly choices: SessionChoices;
      readonly servers: EditorServers;
    },
    client: AgentContext,
    abilities: ClientAbilities,
  ) {
    this.id = facts.id;
    this.workspace = facts.workspace;
    this.#choices = facts.choices;
    this.#servers = facts.servers;
    this.#client = client;
    this.#abilities = abilities;
    const { forms, usage } = abilities;
    this.money = new SessionMoney(facts.isNew, {
      notice: (notice) => this.#mustShow(notice),
      update: (update) => this.update(update),
      usage,
    });
    this.#commands = new OfferedCommands(facts.workspace, (update) => this.update(update));
    this.#questions = new SessionQuestions({ sessionId: facts.id, client, forms }, this.#open);
  }

  /**
   * Runs one prompt to its end. One that is cancelled before the sidecar is found asks nothing.
   * @param onOptions called where another credential pays than before, or the agent asks by another mode
   * @throws RequestError with the code and the next step of the error table in `data`
   */
  async prompt(
    find: () => Promise<SessionClient>,
    blocks: readonly ContentBlock[],
    onOptions: () => Promise<void>,
  ): Promise<PromptResponse> {
    if (this.#running !== null) throw errorOf('conversation_busy');
    this.#running = new AbortController();
    const { signal } = this.#running;
    try {
      const sidecar = await Promise.race([find(), rejectedBy(signal)]);
      void this.offerCommands(sidecar);
      const prepared = await preparedPrompt(blocks, sidecar, signal);
      this.#turn = new RunningTurn(sidecar, onOptions, this.#choices.mode);
      return await this.#run(this.#turn, signal, prepared);
    } catch (error) {
      if (signal.aborted) return { stopReason: 'cancelled' };
      throw asRequestError(error);
    } finally {
      this.#running = null;
      this.#turn = null;
      this.#open.clear();
      this.#questions.withdrawAll();
    }
  }

  get choices(): SessionChoices {
    return this.#choices;
  }

  /**
   * Changes what prompts run with. One that runs already asks by the new mode from its next tool call on; its model and its payer stay, and the
   * user reads that. @throws what `changeMode` throws: nothing is changed then
   */
  async choose(change: OptionChange): Promise<void> {
    const before = this.#choices;
    this.#choices = { ...before, ...change };
    // Who pays now is known again once the next turn has begun.
    if (change.payer !== undefined) this.money.payer = null;
    const { mode, model, payer } = this.#choices;
    const isSame = model === before.model && payer === before.payer;
    if (this.#turn !== null && !isSame) await this.#mustShow(fromTheNextPrompt);
    if (mode === before.mode) return;
    try {
      await this.#turn?.askBy(mode);
    } catch (error) {
      // Another choice since then has its own answer.
      if (this.#choices.mode === mode) this.#choices = { ...this.#choices, mode: before.mode };
      throw error;
    }
  }

  /** Stops the prompt that runs; it ends as cancelled. */
  cancel(): void {
    this.#running?.abort();
  }

  /** The editor closes it, or opens it again. */
  close(): void {
    this.#isClosed = true;
    this.#commands.end();
    this.cancel();
  }

  /** Tells the editor which commands can be typed, if they are others than before. Never rejects. */
  async offerCommands(sidecar: Pick<SessionClient, 'workspace'>): Promise<void> {
    await this.#commands.offer(sidecar);
  }

  async update(update: SessionUpdate): Promise<void> {
    // The editor may have opened it again under the same id.
    if (this.#isClosed) return;
    await this.#client.notify(methods.client.session.update, { sessionId: this.id, update });
  }

  async #run(turn: RunningTurn, signal: AbortSignal, prepared: PreparedPrompt): Promise<PromptResponse> {
    const { model, payer } = this.#choices;
    const request = {
      prompt: prepared.prompt,
      attachments: [...prepared.attachments],
      conversationId: this.id,
      workspace: this.workspace,
      permissionMode: turn.mode,
      ...(prepared.mayBeCommand ? { commands: true } : {}),
      ...(model === null ? {} : { model }),
      ...(payer === null ? {} : { credential: payer }),
      ...(Object.keys(this.#servers).length === 0 ? {} : { mcpServers: this.#servers }),
    };
    const onHang = (detail: string | null) => void this.#mustShow(hangNotice(detail)).catch(() => undefined);
    for await (const event of turn.sidecar.runQuery(request, { signal, onHang })) {
      const end = await this.#show(event, turn);
      if (end !== null) return end;
    }
    throw RequestError.internalError({ code: 'agent_failed' }, errorTable.agent_failed.title);
  }

  /** Passes one event on; gives the answer to the prompt once it has ended. */
  async #show(event: QueryEvent, turn: RunningTurn): Promise<PromptResponse | null> {
    const { sidecar } = turn;
    const notice = eventNotice(event, this.#abilities.notices);
    if (notice !== null) await this.update(notice);
    switch (event.event) {
      case 'started':
        await turn.started(event.data.queryId, this.#choices.mode);
        await this.#paidBy(event.data.credential, turn);
        return null;
      case 'permission_mode_changed':
        await this.#asksBy(event.data.to, turn);
        return null;
      case 'assistant_text':
      case 'thinking':
        await this.update({
          sessionUpdate: event.event === 'thinking' ? 'agent_thought_chunk' : 'agent_message_chunk',
          content: { type: 'text', text: event.data.text },
        });
        return null;
      case 'tool_use': {
        const { toolUseId, name, input } = event.data;
        const call = toolCall(event.data, this.workspace);
        this.#open.add(toolUseId, name, input, shownChange(call));
        await this.#showTasks(tasksAfterCall(this.#tasks, event.data));
        await this.update({ sessionUpdate: 'tool_call', ...call });
        return null;
      }
      case 'tool_result': {
        const change = this.#open.end(event.data);
        await this.#showTasks(tasksAfterResult(this.#tasks, event.data));
        await this.#updateCall(this.#growing.outcome(toolOutcome(event.data, change)));
        return null;
      }
      case 'background_command':
      case 'background_output':
      case 'subagent_text':
        await this.#updateCall(this.#growing.update(event));
        return null;
      case 'permission_request':
      case 'fallback_request':
        void this.#questions.ask(event, sidecar);
        return null;
      case 'question_request':
        void this.#questions.askInWords(event.data, sidecar);
        return null;
      case 'permission_resolution':
        this.#questions.withdraw(event.data.requestId);
        return null;
      case 'credential_switched':
        await this.#paidBy(event.data.to, turn);
        return null;
      case 'result':
        return await this.money.finished(event.data, turn.payer, sidecar);
      case 'error':
        return ended(event.data);
      default:
        return null;
    }
  }

  async #updateCall(update: ToolCallUpdate): Promise<void> {
    await this.update({ sessionUpdate: 'tool_call_update', ...update });
  }

  async #showTasks(tasks: readonly Task[]): Promise<void> {
    if (tasks === this.#tasks) return;
    this.#tasks = tasks;
    await this.update({ sessionUpdate: 'plan', ...planOf(tasks) });
  }

  async #paidBy(credential: CredentialRef, turn: RunningTurn): Promise<void> {
    turn.payer = credential;
    if (await this.money.paidBy(credential, turn.sidecar)) await turn.onOptions();
  }

  /** It was chosen elsewhere, or a plan was approved. What was chosen here the editor knows. */
  async #asksBy(mode: PermissionMode, turn: RunningTurn): Promise<void> {
    if (mode === this.#choices.mode) return;
    this.#choices = { ...this.#choices, mode };
    await this.update({ sessionUpdate: 'current_mode_update', currentModeId: mode });
    await turn.onOptions();
  }

  async #mustShow(notice: Notice): Promise<void> {
    await this.update(noticeUpdate(notice, this.#abilities.notices));
  }
}
