import type { UUID } from 'node:crypto';
import type { SDKUserMessage } from '@anthropic-ai/claude-agent-sdk';

/** The input of a long-lived child: each prompt is a turn; closing it lets the program leave. */
export class PromptQueue implements AsyncIterable<SDKUserMessage> {
  readonly #prompts: SDKUserMessage[] = [];
  #wake: (() => void) | null = null;
  #closed = false;

  push(content: SDKUserMessage['message']['content'], uuid: UUID): void {
    this.#prompts.push({ type: 'user', uuid, message: { role: 'user', content }, parent_tool_use_id: null });
    this.#wake?.();
  }

  close(): void {
    this.#closed = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<SDKUserMessage> {
    for (;;) {
      const next = this.#prompts.shift();
      if (next !== undefined) {
        yield next;
      } else if (this.#closed) {
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}
