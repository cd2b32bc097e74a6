import { textEvents, written } from './answer-shapes.ts';
import type { ScriptedAnswer } from './shape-upstream.ts';

let made = 0;

/** The model calls a tool, after the text where one is given. */
export function toolCallAnswer(
  name: string,
  input: Readonly<Record<string, unknown>>,
  { text = null }: { readonly text?: string | null } = {},
): ScriptedAnswer {
  made += 1;
  const events = textEvents(text ?? 'Two words', 'tool_use');
  const index = text === null ? 0 : 1;
  const block = { type: 'tool_use', id: `toolu_made_${made}`, name, input: {} };
  const delta = { type: 'input_json_delta', partial_json: JSON.stringify(input) };
  const body = written([
    ...(text === null ? events.slice(0, 1) : events.slice(0, -2)),
    { type: 'content_block_start', index, content_block: block },
    { type: 'content_block_delta', index, delta },
    ...(text === null ? events.slice(-3) : [{ type: 'content_block_stop', index }, ...events.slice(-2)]),
  ]);
  const headers = { 'content-type': 'text/event-stream' };
  return { shape: { name, headers, body: Buffer.from(body), end: 'ended' } };
}
