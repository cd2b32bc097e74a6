import type { UUID } from 'node:crypto';
import type { SDKUserMessage } from '@anthropic-ai/claude-agent-sdk';

/** The input of a long-lived child: each prompt is a turn; closing it lets the program leave. */
export class PromptQueue implements AsyncIterable<SDKUserMessage> {
  readonly #prompts: SDKUserMessage[] = [];
  #wake: (() => void) | null = null;
  #closed = false;

  /**
   * What the user writes reaches the model as written, unless they mean a command: "/clear" is none, and "@path" reads no file.
   * Source: SDK 0.3.332, `verbatimPrompts`, which names `client_composed`.
   */
  push(content: SDKUserMessage['message']['content'], uuid: UUID, isCommand: boolean): void {
    const message = {
      type: 'user',
      uuid,
      message: { role: 'user', content },
      parent_tool_use_id: null,
    } as const;
    this.#prompts.push(isCommand ? message : asWritten(message));
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

function asWritten(message: SDKUserMessage): SDKUserMessage & { readonly client_composed: true } {
  return { ...message, client_composed: true };
}
