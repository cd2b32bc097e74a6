import type {
  ApiKeySource,
  SDKAssistantMessageError,
  SDKMessage,
  SDKRateLimitInfo,
  SDKResultMessage,
} from '@anthropic-ai/claude-agent-sdk';
import type { QueryEvent } from '@postern/contract';
import { instant } from '../../credentials/index.ts';
import { ContextMeter, type ContextUsed } from './context-meter.ts';
import { inside, isOwnPrompt, said, saidInside, toolResults } from './message-events.ts';
import { windowOf } from './plan-window.ts';
import { toolInput } from './tool-content.ts';

/** The model name of messages that the program wrote itself. Source: program 2.1.330, measured. */
const writtenByProgram = '<synthetic>';

type AssistantMessage = Extract<SDKMessage, { type: 'assistant' }>;
type ModelChange = Extract<SDKMessage, { subtype: 'model_refusal_fallback' }>;
type StreamMessage = Extract<SDKMessage, { type: 'stream_event' }>;

/**
 * Turns the SDK's messages of one turn into the contract's events. `assistant_text` is the model's own text and nothing
 * else; the program's error sentences arrive as `error` words here and are never emitted.
 */
export class TurnMessages {
  /** The model that answered last, or that was asked for where none has answered yet; null before the program said one. */
  model: string | null = null;
  /** The program took another model for the rest of its session: the next turn must not run in it. */
  hasChangedModel = false;
  /** The program has begun this turn. */
  begun = false;
  /** Where the key of this turn came from, once the program said it; `none` for every token. */
  keySource: ApiKeySource | null = null;
  /** The SDK's word for what went wrong with the last model call, where something did. */
  error: SDKAssistantMessageError | null = null;
  /** The SDK's word for why the program last repeated a call. */
  retryError: SDKAssistantMessageError | null = null;
  /** The plan's window as the program last saw it; only from a program that signs in for itself. */
  limit: SDKRateLimitInfo | null = null;
  /** The plan is used up, the last answer was paid as extra usage, and the next call would be as well. */
  goesOnInOverage = false;
  /** A model's answer broke off after its first byte. The program would continue automatically with a second call. */
  interrupted = false;
  /** Why the model stopped last. */
  stopReason: string | null = null;
  /** The user asked for it with `/compact`: that is all there is to this turn, and no answer gives a reason for its end. */
  wasCompacted = false;
  /** Set once the turn is over for the program. */
  result: SDKResultMessage | null = null;

  readonly #workspace: string;
  /** Pieces of content (`content_block_delta`) that were read, by message. */
  readonly #deltas = new Map<string, number>();
  /** The blocks of the answer that were streamed and that the program has not put together yet, the oldest first. */
  readonly #streamed: StreamedBlock[] = [];
  readonly #context = new ContextMeter();
  readonly #toldLimits = new Set<string>();
  #toldModel: string | null = null;
  #messageId: string | null = null;
  #answering = false;
  /** The model called tools, and none has answered. */
  #callsTools = false;
  #hasShown = false;
  #hasLostText = false;
  /** What it says next is another answer in the same turn. */
  #isNextAnswer = false;
  /** Text was shown of a message that has not ended: the program writes no line of it before. */
  #isUnsaved = false;

  /** Pieces of content of this message that were read so far, subagents' included. */
  deltasOf(messageId: string): number {
    return this.#deltas.get(messageId) ?? 0;
  }

  /** Whether something was streamed that the program did not keep: neither the history nor the model knows of it. */
  get hasLostText(): boolean {
    return this.#hasLostText || this.#streamed.some(({ text }) => text !== '');
  }

  /** The turn ended in a whole answer: also in one that spent the last of its budget, which the program reports as a failure. */
  get hasAnswered(): boolean {
    const { result, stopReason } = this;
    if (result?.subtype === 'error_max_budget_usd')
      return stopReason === 'end_turn' || stopReason === 'stop_sequence';
    return result?.subtype === 'success' && !result.is_error;
  }

  /** The plan is used up, and what it answers is paid as extra usage. */
  get isUsingOverage(): boolean {
    return this.limit?.isUsingOverage === true;
  }

  /** How full the model's context is after the last call; null where that is not known. */
  get context(): ContextUsed | null {
    return this.#context.used(this.result, this.model);
  }

  /** @param workspace of the query, absolute: the program takes relative paths from there */
  constructor(workspace: string) {
    this.#workspace = workspace;
  }

  /** The program has gone: it keeps nothing of a message that had not ended. */
  programLeft(): void {
    this.#hasLostText ||= this.#isUnsaved && this.result === null;
  }

  /** The events of one message, in order. */
  read(message: SDKMessage): readonly QueryEvent[] {
    switch (message.type) {
      case 'stream_event':
        return this.#stream(message);
      case 'assistant':
        return this.#assistant(message);
      case 'user':
        // It asks the model to go on where an answer broke off: a second call that was never approved.
        this.interrupted ||= this.#answering && isOwnPrompt(message);
        this.#callsTools = false;
        this.goesOnInOverage ||= this.isUsingOverage;
        return toolResults(message, this.#workspace);
      case 'system':
        if (message.subtype === 'init') {
          // It goes on after a result where a command in the background has ended: that result was not the last.
          this.#isNextAnswer ||= this.result !== null;
          this.result = null;
          this.begun = true;
          this.model = message.model;
          this.keySource = message.apiKeySource;
        } else if (message.subtype === 'api_retry') {
          this.retryError = message.error;
          this.interrupted ||= this.#answering && this.#hasShown;
        } else if (message.subtype === 'model_refusal_fallback') {
          return this.#changed(message);
        } else if (message.subtype === 'session_writes_lost' && message.lost.includes('transcript')) {
          return [{ event: 'history_not_saved', data: { reason: message.error_code } }];
        } else if (message.subtype === 'compact_boundary') {
          const { trigger, pre_tokens: before, post_tokens: after } = message.compact_metadata;
          this.#context.compacted(after ?? null);
          this.wasCompacted ||= trigger === 'manual';
          return [
            {
              event: 'compacted',
              data: { trigger, beforeTokens: before, ...(after === undefined ? {} : { afterTokens: after }) },
            },
          ];
        }
        return [];
      case 'rate_limit_event':
        return this.#window(message.rate_limit_info);
      case 'result':
        this.result = message;
        return [];
      default:
        return [];
    }
  }

  /** Source: `SDKModelRefusalFallbackMessage`; an older program says no scope and means the session. */
  #changed(message: ModelChange): readonly QueryEvent[] {
    const {
      original_model: original,
      fallback_model: fallback,
      direction,
      scope,
      api_refusal_category,
    } = message;
    const isBack = direction === 'revert';
    if (scope !== 'local') this.hasChangedModel = !isBack;
    const [from, to] = isBack ? [fallback, original] : [original, fallback];
    if (this.#toldModel === to || from === to) return [];
    this.#toldModel = to;
    const reason = api_refusal_category == null ? 'refusal' : `refusal: ${api_refusal_category}`;
    return [{ event: 'model_changed', data: { from, to, reason } }];
  }

  #window(info: SDKRateLimitInfo): readonly QueryEvent[] {
    this.limit = info;
    // It may come after the whole of the answer that it is about.
    this.goesOnInOverage ||= this.isUsingOverage && this.#callsTools;
    const { window, resetsAtMs, status } = windowOf(info);
    const told = `${window} ${status}`;
    if (status === 'allowed' || this.#toldLimits.has(told)) return [];
    this.#toldLimits.add(told);
    const resetsAt = resetsAtMs === null ? null : instant(resetsAtMs);
    return [{ event: 'usage_limit', data: { window, resetsAt, status } }];
  }

  #stream(message: StreamMessage): readonly QueryEvent[] {
    const { event, parent_tool_use_id: parent } = message;
    if (parent === null) this.#context.read(event);
    if (event.type === 'message_delta' && event.delta.stop_reason === 'tool_use') {
      this.#callsTools = true;
      this.goesOnInOverage ||= this.isUsingOverage;
    }
    if (event.type === 'message_start') this.#messageId = event.message.id;
    if (event.type === 'content_block_delta' && this.#messageId !== null)
      this.#deltas.set(this.#messageId, this.deltasOf(this.#messageId) + 1);
    // What a subagent says is its report to the agent, not the answer.
    if (parent !== null) return [];
    switch (event.type) {
      case 'message_start':
        this.model = event.message.model ?? this.model;
        this.interrupted ||= this.#answering && this.#hasShown;
        this.#answering = true;
        this.#hasShown = false;
        this.#hasLostText = this.hasLostText;
        this.#isUnsaved = false;
        this.#streamed.length = 0;
        return [];
      case 'message_delta':
        if (event.delta.stop_reason === null) return [];
        this.#answering = false;
        this.#isUnsaved = false;
        this.stopReason = event.delta.stop_reason;
        return this.stopReason === 'refusal' && this.#hasShown
          ? [{ event: 'answer_withheld', data: { reason: 'refusal' } }]
          : [];
      case 'content_block_start':
        if (event.content_block.type === 'text' || event.content_block.type === 'thinking')
          this.#streamed.push({ type: event.content_block.type, text: '' });
        return [];
      case 'content_block_delta':
        this.#hasShown = true;
        if (event.delta.type === 'text_delta') return this.#piece('text', event.delta.text);
        if (event.delta.type === 'thinking_delta') return this.#piece('thinking', event.delta.thinking);
        return [];
      case 'message_stop':
        this.#isUnsaved = false;
        return [];
      default:
        return [];
    }
  }

  #piece(type: StreamedBlock['type'], text: string): readonly QueryEvent[] {
    if (text === '') return [];
    this.#isUnsaved = true;
    const block = this.#streamed.at(-1);
    if (block?.type === type) block.text += text;
    else this.#streamed.push({ type, text });
    return this.#said(type, text);
  }

  #said(type: StreamedBlock['type'], text: string): readonly QueryEvent[] {
    if (type !== 'text' || !this.#isNextAnswer) return [said(type, text)];
    this.#isNextAnswer = false;
    return [said('text', '\n\n'), said('text', text)];
  }

  #assistant(message: AssistantMessage): readonly QueryEvent[] {
    this.error = message.error ?? null;
    const parent = message.parent_tool_use_id;
    if (message.error !== undefined || message.message.model === writtenByProgram) return [];
    return message.message.content.flatMap((block): readonly QueryEvent[] => {
      if (block.type === 'tool_use') {
        const input = toolInput(block.input);
        return [
          { event: 'tool_use', data: { toolUseId: block.id, name: block.name, input, ...inside(parent) } },
        ];
      }
      if (parent !== null) return block.type === 'text' ? saidInside(parent, block.text) : [];
      if (block.type === 'text') return this.#whole('text', block.text);
      if (block.type === 'thinking') return this.#whole('thinking', block.thinking);
      return [];
    });
  }

  /** A block as the program put it together: what was not streamed of it is said now. */
  #whole(type: StreamedBlock['type'], text: string): readonly QueryEvent[] {
    const at = this.#streamed.findIndex(
      (block) => block.type === type && block.text !== '' && text.startsWith(block.text),
    );
    const streamed = at === -1 ? '' : (this.#streamed.splice(0, at + 1).at(-1)?.text ?? '');
    return text.length > streamed.length ? this.#said(type, text.slice(streamed.length)) : [];
  }
}

/** A block of an answer while it is streamed. */
interface StreamedBlock {
  readonly type: 'text' | 'thinking';
  text: string;
}
