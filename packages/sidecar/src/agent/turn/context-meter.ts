import type { SDKMessage, SDKResultMessage } from '@anthropic-ai/claude-agent-sdk';

/** How full the context of a conversation is. */
export interface ContextUsed {
  readonly usedTokens: number;
  /** How many the model takes. */
  readonly windowTokens: number;
}

type StreamEvent = Extract<SDKMessage, { type: 'stream_event' }>['event'];

/** Follows how much of a conversation the model was given last, and said: that is what the next call begins with. */
export class ContextMeter {
  #given: number | null = null;
  #said = 0;

  /** A piece of the agent's own stream, not of a subagent's. */
  read(event: StreamEvent): void {
    if (event.type === 'message_start') {
      const { usage } = event.message;
      this.#given =
        usage.input_tokens + (usage.cache_read_input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0);
      this.#said = 0;
    } else if (event.type === 'message_delta') {
      this.#said = event.usage.output_tokens;
    }
  }

  /** What was said before was summarised. */
  compacted(afterTokens: number | null): void {
    this.#given = afterTokens;
    this.#said = 0;
  }

  /** Null where nothing was answered, or the program does not know how much the model takes. */
  used(result: SDKResultMessage | null, model: string | null): ContextUsed | null {
    const usage = result?.modelUsage ?? {};
    const windowTokens = model !== null && Object.hasOwn(usage, model) ? (usage[model]?.contextWindow ?? 0) : 0;
    if (this.#given === null || windowTokens <= 0) return null;
    return { usedTokens: this.#given + this.#said, windowTokens };
  }
}
