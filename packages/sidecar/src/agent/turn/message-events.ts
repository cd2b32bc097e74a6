import type { SDKMessage } from '@anthropic-ai/claude-agent-sdk';
import type { QueryEvent } from '@postern/contract';
import { changeMade, deniedBy } from '../permission/index.ts';
import { toolResultText } from './tool-content.ts';

type UserMessage = Extract<SDKMessage, { type: 'user' }>;

/** A piece of what the model says or thinks. */
export function said(type: 'text' | 'thinking', text: string): QueryEvent {
  return type === 'text'
    ? { event: 'assistant_text', data: { text } }
    : { event: 'thinking', data: { text } };
}

/** The call of the subagent that did something; nothing where it was the agent itself. */
export function inside(parent: string | null): { readonly parentToolUseId?: string } {
  return parent === null ? {} : { parentToolUseId: parent };
}

/** What a subagent says. */
export function saidInside(parentToolUseId: string, text: string): readonly QueryEvent[] {
  return text === '' ? [] : [{ event: 'subagent_text', data: { parentToolUseId, text } }];
}

/** What the program says to the model in the user's place; a tool's result is none of it. */
export function isOwnPrompt({ message, parent_tool_use_id: parent }: UserMessage): boolean {
  if (parent !== null) return false;
  const { content } = message;
  return typeof content === 'string' || content.every((block) => block.type === 'text');
}

/** What came of the tools, with what a file tool changed. */
export function toolResults(message: UserMessage, workspace: string): readonly QueryEvent[] {
  const { content } = message.message;
  if (typeof content === 'string') return [];
  const change = changeMade(message.tool_use_result, workspace);
  return content.flatMap((block): readonly QueryEvent[] => {
    if (block.type !== 'tool_result') return [];
    const text = toolResultText(block.content);
    const isError = block.is_error === true;
    const by = deniedBy(text, isError);
    return [
      {
        event: 'tool_result',
        data: {
          toolUseId: block.tool_use_id,
          content: text,
          isError,
          ...(by === undefined ? {} : { deniedBy: by }),
          ...(change === null ? {} : { path: change.path }),
          ...(change === null || change.diff === null ? {} : { diff: change.diff }),
        },
      },
    ];
  });
}
