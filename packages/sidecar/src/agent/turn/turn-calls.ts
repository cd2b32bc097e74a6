import type { SDKMessage } from '@anthropic-ai/claude-agent-sdk';
import {
  type BilledReading,
  type CallBound,
  mostOfCall,
  nothingBilled,
  nothingSaid,
  priceOfCall,
  usdOf,
  withUsage,
} from '../../ledger/index.ts';
import type { RunningTotals } from '../child/index.ts';

/** A model call as the program's stream tells of it. */
interface SeenCall {
  readonly model: string;
  billed: BilledReading;
  isWhole: boolean;
  /** Of what was streamed of it. */
  characters: number;
}

/** What the calls of a turn cost by what was seen of them; US dollars. */
export interface SeenCost extends RunningTotals {
  /** More that calls may have cost which were cut off. */
  readonly openUsd: number;
}

/** An answer that was cut off may have been longer than it had said: a token for every four characters of its events. */
const charactersOfToken = 4;
/** Tokens of a prompt of which nothing is known; a longer one is rare. */
const usualPromptTokens = 200_000;

/** The model calls of one turn whose program pays on its own, read off its messages. */
export class TurnCalls {
  readonly #calls: SeenCall[] = [];
  /** By what made it: a subagent's tool use, or the agent itself. */
  readonly #running = new Map<string, SeenCall>();
  /** What has sent a call of which nothing has come. */
  readonly #awaited = new Set<string>();
  #model: string | null = null;
  #isStopping = false;

  read(message: SDKMessage): void {
    if (message.type === 'stream_event') this.#stream(message.parent_tool_use_id ?? '', message.event);
    // What the program says of being stopped asks the model nothing.
    else if (this.#isStopping) return;
    else if (message.type === 'user') this.#awaited.add(message.parent_tool_use_id ?? '');
    else if (message.type === 'assistant') this.#awaited.delete(message.parent_tool_use_id ?? '');
    else if (message.type === 'result') this.#awaited.clear();
    else if (message.type === 'system' && message.subtype === 'init') {
      this.#model = message.model;
      this.#awaited.add('');
    }
  }

  /** The turn is being stopped. */
  stopping(): void {
    this.#isStopping = true;
  }

  /**
   * The most that calls may have cost of which nothing had come when the turn was stopped, US dollars. The program's total has every other
   * one, a cut-off one by what had come of it. Nothing is generated before an answer's first event. Source: program 2.1.332, measured.
   */
  get awaitedUsd(): number {
    const bound: CallBound = {
      models: this.#model === null ? [] : [this.#model],
      inputTokens: this.#lastPromptTokens() ?? usualPromptTokens,
      outputTokens: 0,
      caching: '5m',
      ...{ serverToolUses: 0, webSearches: 0, isFast: false, isUsOnly: false },
    };
    return usdOf(this.#awaited.size * mostOfCall(bound).nano);
  }

  /** Of all of them, for a program that left without a total. */
  get seen(): SeenCost {
    let { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = nothingBilled;
    let [nano, openNano] = [0, 0];
    for (const { model, billed, isWhole, characters } of this.#calls) {
      const usage = billed.usage ?? nothingBilled;
      const cost = priceOfCall(usage, model, null).nano;
      const unsaid = isWhole ? 0 : Math.ceil(characters / charactersOfToken);
      nano += cost;
      openNano +=
        priceOfCall({ ...usage, outputTokens: usage.outputTokens + unsaid }, model, null).nano - cost;
      inputTokens += usage.inputTokens;
      outputTokens += usage.outputTokens;
      cacheReadTokens += usage.cacheReadTokens;
      cacheWriteTokens += usage.cacheWriteTokens;
    }
    const usage = { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens };
    return { costUsd: usdOf(nano), usage, openUsd: usdOf(openNano) };
  }

  #stream(by: string, event: Extract<SDKMessage, { type: 'stream_event' }>['event']): void {
    this.#awaited.delete(by);
    if (event.type === 'message_start') {
      const { model, usage } = event.message;
      const call = { model, billed: withUsage(nothingSaid, usage), isWhole: false, characters: 0 };
      this.#calls.push(call);
      this.#running.set(by, call);
      return;
    }
    const call = this.#running.get(by);
    if (call === undefined) return;
    if (event.type === 'content_block_delta') call.characters += JSON.stringify(event).length;
    else if (event.type === 'message_delta') call.billed = withUsage(call.billed, event.usage);
    else if (event.type === 'message_stop') call.isWhole = true;
  }

  #lastPromptTokens(): number | null {
    const usage = this.#calls.at(-1)?.billed.usage ?? null;
    if (usage === null) return null;
    // The next prompt has the answer in it, and what tools brought: as much again is room enough for that.
    return 2 * (usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens + usage.outputTokens);
  }
}
