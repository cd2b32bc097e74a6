import type { ToolCallContent, ToolCallUpdate } from '@agentclientprotocol/sdk';
import { type QueryEvent, visibleText } from '@postern/contract';

type Growing = Extract<QueryEvent, { event: 'background_command' | 'background_output' | 'subagent_text' }>;

/** Characters of what a call has shown so far that each update repeats: an update replaces the one before it. */
const longest = 20_000;

/**
 * Calls that show more and more while they run: subagents with what they say, and commands in the background with what they print, which are
 * under way after their call gave its result.
 */
export class GrowingCalls {
  readonly #shown = new Map<string, string>();
  readonly #running = new Set<string>();

  /** What came of a call, as far as it has ended. */
  outcome(update: ToolCallUpdate): ToolCallUpdate {
    const { toolCallId, content } = update;
    if (this.#running.has(toolCallId)) return { ...update, status: 'in_progress' };
    const shown = this.#shown.get(toolCallId);
    return shown === undefined ? update : { ...update, content: [text(shown), ...(content ?? [])] };
  }

  /** What is new of such a call. */
  update(event: Growing): ToolCallUpdate {
    switch (event.event) {
      case 'background_command': {
        const { toolUseId, state } = event.data;
        if (state === 'running') this.#running.add(toolUseId);
        else this.#running.delete(toolUseId);
        const status = { running: 'in_progress', completed: 'completed' } as const;
        return {
          toolCallId: toolUseId,
          status: state === 'running' || state === 'completed' ? status[state] : 'failed',
          _meta: { postern: { background: state } },
        };
      }
      case 'background_output':
        return this.#grown(event.data.toolUseId, event.data.text);
      case 'subagent_text':
        return this.#grown(event.data.parentToolUseId, `${event.data.text}\n\n`);
    }
  }

  #grown(toolCallId: string, piece: string): ToolCallUpdate {
    const shown = `${this.#shown.get(toolCallId) ?? ''}${piece}`.slice(-longest);
    this.#shown.set(toolCallId, shown);
    return { toolCallId, content: [text(shown)] };
  }
}

function text(shown: string): ToolCallContent {
  return { type: 'content', content: { type: 'text', text: visibleText(shown) } };
}
