import type { SessionUpdate } from '@agentclientprotocol/sdk';
import { type ConversationItem, gapInWords } from '@postern/contract';
import { planOf, toolCall, toolOutcome } from './tool-updates.ts';

/** A conversation's items as the updates that a client would have seen while they happened. */
export function* replay(items: readonly ConversationItem[], workspace: string): Generator<SessionUpdate> {
  for (const item of items) {
    switch (item.type) {
      case 'user':
        yield { sessionUpdate: 'user_message_chunk', content: { type: 'text', text: item.text } };
        break;
      case 'assistant_text':
        yield { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: item.text } };
        break;
      case 'thinking':
        yield { sessionUpdate: 'agent_thought_chunk', content: { type: 'text', text: item.text } };
        break;
      case 'tool_use': {
        const plan = planOf(item.name, item.input);
        if (plan !== null) yield { sessionUpdate: 'plan', ...plan };
        yield { sessionUpdate: 'tool_call', ...toolCall(item, workspace) };
        break;
      }
      case 'tool_result':
        yield { sessionUpdate: 'tool_call_update', ...toolOutcome(item) };
        break;
      case 'gap':
        yield {
          sessionUpdate: 'agent_message_chunk',
          content: { type: 'text', text: `\n\n*${gapInWords(item.reason)}*\n\n` },
        };
        break;
    }
  }
}
