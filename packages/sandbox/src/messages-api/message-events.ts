import type { AnswerBlock } from '../model/answer.ts';
import type { Message } from './message.ts';

/** One server-sent event of a streamed message; its data carries its name as `type`. */
export interface MessageEvent {
  readonly type: string;
  readonly [member: string]: unknown;
}

/** Characters of a text delta: a few words. */
const deltaCharacters = 24;

/** A message as the events of its stream, in order. Source: platform.claude.com/docs/en/build-with-claude/streaming. */
export function* messageEvents(message: Message): Generator<MessageEvent> {
  yield {
    type: 'message_start',
    message: {
      ...message,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: { ...message.usage, output_tokens: 1 },
    },
  };
  yield { type: 'ping' };
  for (const [index, block] of message.content.entries()) {
    yield { type: 'content_block_start', index, content_block: emptied(block) };
    for (const delta of deltasOf(block)) yield { type: 'content_block_delta', index, delta };
    yield { type: 'content_block_stop', index };
  }
  const { input_tokens, output_tokens, cache_creation_input_tokens, cache_read_input_tokens } = message.usage;
  yield {
    type: 'message_delta',
    delta: { stop_reason: message.stop_reason, stop_sequence: message.stop_sequence },
    usage: { input_tokens, output_tokens, cache_creation_input_tokens, cache_read_input_tokens },
  };
  yield { type: 'message_stop' };
}

/** An event as it goes over the wire. */
export function eventFrame(event: MessageEvent): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

function emptied(block: AnswerBlock): Readonly<Record<string, unknown>> {
  switch (block.type) {
    case 'text':
      return { type: 'text', text: '' };
    case 'thinking':
      return { type: 'thinking', thinking: '', signature: '' };
    case 'tool_use':
      return { ...block, input: {} };
  }
}

function deltasOf(block: AnswerBlock): readonly Readonly<Record<string, unknown>>[] {
  switch (block.type) {
    case 'text':
      return pieces(block.text).map((text) => ({ type: 'text_delta', text }));
    case 'thinking':
      return [
        ...pieces(block.thinking).map((thinking) => ({ type: 'thinking_delta', thinking })),
        { type: 'signature_delta', signature: block.signature },
      ];
    case 'tool_use':
      return ['', ...pieces(JSON.stringify(block.input))].map((partial) => ({
        type: 'input_json_delta',
        partial_json: partial,
      }));
  }
}

/** Cut after white space where there is some; never inside a surrogate pair. */
function pieces(text: string): readonly string[] {
  return (
    text.match(new RegExp(`[\\s\\S]{1,${deltaCharacters}}(?:\\s|$)|[\\s\\S]{1,${deltaCharacters}}`, 'gu')) ??
    []
  );
}
