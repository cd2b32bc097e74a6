import type { SDKMessage, SDKResultMessage } from '@anthropic-ai/claude-agent-sdk';
import { asRecord } from './tool-content.ts';

/** How full the context of a conversation is. */
export interface ContextUsed {
  readonly usedTokens: number;
  /** How many the model takes. */
  readonly windowTokens: number;
}

type StreamEvent = Extract<SDKMessage, { type: 'stream_event' }>['event'];

/** Members of a usage. Source: https://platform.claude.com/docs/en/build-with-claude/prompt-caching, "Tracking cache performance". */
const given = ['input_tokens', 'cache_read_input_tokens', 'cache_creation_input_tokens'];
const said = ['output_tokens'];

/** Follows how much of a conversation the model was given last, and said: that is what the next call begins with. */
export class ContextMeter {
  #given: number | null = null;
  #said = 0;

  /** A piece of the agent's own stream, not of a subagent's. */
  read(event: StreamEvent): void {
    if (event.type === 'message_start') {
      this.#given = sumOf(event.message.usage, given);
      this.#said = 0;
    } else if (event.type === 'message_delta') {
      this.#said = sumOf(event.usage, said) ?? 0;
    }
  }

  /** What was said before was summarized. */
  compacted(afterTokens: number | null): void {
    this.#given = afterTokens;
    this.#said = 0;
  }

  /** Null where nothing was answered, or the program does not know how much the model takes. */
  used(result: SDKResultMessage | null, model: string | null): ContextUsed | null {
    const usage = result?.modelUsage ?? {};
    const windowTokens =
      model !== null && Object.hasOwn(usage, model) ? (usage[model]?.contextWindow ?? 0) : 0;
    if (this.#given === null || windowTokens <= 0) return null;
    return { usedTokens: this.#given + this.#said, windowTokens };
  }
}

/** What a usage says of these; null where it says nothing of them: a service may leave it out. */
function sumOf(usage: unknown, names: readonly string[]): number | null {
  const counts = names.map((name) => asRecord(usage)[name]).filter((count) => Number.isSafeInteger(count));
  return counts.length === 0 ? null : counts.reduce<number>((sum, count) => sum + Number(count), 0);
}
