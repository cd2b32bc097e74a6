import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ContentBlock, SessionUpdate } from '@agentclientprotocol/sdk';
import {
  type ConversationItem,
  gapInWords,
  type SentFile,
  type Task,
  tasksAfterCall,
  tasksAfterResult,
} from '@postern/contract';
import { OpenCalls } from './open-calls.ts';
import { planOf, shownChange, toolCall, toolOutcome } from './tool-updates.ts';

/**
 * A conversation's items as the updates that a client would have seen while they happened. A call of a tool that has no result was cut off,
 * unless it is of the turn that runs.
 */
export function* replay(
  items: readonly ConversationItem[],
  workspace: string,
  isRunning: boolean,
): Generator<SessionUpdate> {
  let tasks: readonly Task[] = [];
  const open = new OpenCalls();
  const cutOff = new Set<string>();
  const ofLastTurn = new Set<string>();
  for (const item of items) {
    switch (item.type) {
      case 'user':
        for (const call of ofLastTurn) cutOff.add(call);
        ofLastTurn.clear();
        yield { sessionUpdate: 'user_message_chunk', content: { type: 'text', text: item.text } };
        for (const file of item.attachments ?? [])
          yield { sessionUpdate: 'user_message_chunk', content: sentFile(file) };
        break;
      case 'assistant_text':
        yield { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: item.text } };
        break;
      case 'thinking':
        yield { sessionUpdate: 'agent_thought_chunk', content: { type: 'text', text: item.text } };
        break;
      case 'tool_use': {
        const listed = tasksAfterCall(tasks, item);
        if (listed !== tasks) yield { sessionUpdate: 'plan', ...planOf(listed) };
        tasks = listed;
        ofLastTurn.add(item.toolUseId);
        const call = toolCall(item, workspace);
        open.add(item.toolUseId, item.name, item.input, shownChange(call));
        yield { sessionUpdate: 'tool_call', ...call };
        break;
      }
      case 'tool_result':
        tasks = tasksAfterResult(tasks, item);
        for (const calls of [cutOff, ofLastTurn]) calls.delete(item.toolUseId);
        yield {
          sessionUpdate: 'tool_call_update',
          ...toolOutcome(item, open.end(item)),
        };
        break;
      case 'compacted':
        yield {
          sessionUpdate: 'agent_message_chunk',
          content: { type: 'text', text: '\n\n*What was said so far was summarized, to make space.*\n\n' },
        };
        break;
      case 'gap':
        yield {
          sessionUpdate: 'agent_message_chunk',
          content: { type: 'text', text: `\n\n*${gapInWords(item.reason)}*\n\n` },
        };
        break;
    }
  }
  for (const toolCallId of [...cutOff, ...(isRunning ? [] : ofLastTurn)])
    yield { sessionUpdate: 'tool_call_update', toolCallId, status: 'failed' };
}

function sentFile({ type, path }: SentFile): ContentBlock {
  if (path !== null) return { type: 'resource_link', uri: pathToFileURL(path).href, name: basename(path) };
  return { type: 'text', text: { image: '[Picture]', pdf: '[PDF]', file: '[File]' }[type] };
}
