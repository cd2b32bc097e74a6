import { randomBytes } from 'node:crypto';
import type { AnswerBlock, ModelAnswer } from './answer.ts';
import { type Conversation, readConversation, type ToolCall } from './conversation.ts';
import { limited } from './limited.ts';
import type { MessageRequest } from './message-request.ts';
import { announcement, proseOf, summary, unavailable } from './prose.ts';
import { schemaInstance } from './schema-instance.ts';
import { type Step, stepsOf } from './steps.ts';

/** The program's own tool for an answer in a shape. Source: the Agent SDK's `outputFormat`, measured. */
const shapedAnswerTool = 'StructuredOutput';

/** Calls of one prompt after which the model stops asking for tools, whatever happens. */
const mostCalls = 24;

/** What the fake model says. Depends on the request alone, but for the ids of its tool calls. */
export function replyTo(request: MessageRequest): ModelAnswer {
  return limited(replyInFull(request), request.max_tokens, request.stop_sequences ?? []);
}

function replyInFull(request: MessageRequest): ModelAnswer {
  const conversation = readConversation(request);
  const format = request.output_config?.format ?? request.output_format;
  if (format?.type === 'json_schema')
    return ended([text(JSON.stringify(schemaInstance(format.schema, titleOf(conversation.prompt))))]);

  const offered = new Map(
    request.tool_choice?.type === 'none'
      ? []
      : (request.tools ?? []).map(({ name, input_schema }) => [name ?? '', input_schema]),
  );
  const forced = forcedTool(request, offered, conversation);
  if (forced !== null)
    return asking([], forced, schemaInstance(offered.get(forced), titleOf(conversation.prompt)));

  const thinking = thoughts(request, conversation);
  const steps = stepsOf(conversation.prompt, conversation.workingDirectory);
  const next = nextMove(steps, conversation.calls, offered);
  if (next.type === 'ask')
    return asking([...thinking, text(announcement(next.step))], next.step.tool, next.step.input);
  if (offered.has(shapedAnswerTool) && !conversation.calls.some(({ name }) => name === shapedAnswerTool)) {
    const shaped = schemaInstance(offered.get(shapedAnswerTool), titleOf(conversation.prompt));
    return asking(thinking, shapedAnswerTool, shaped);
  }
  return ended([...thinking, text(next.type === 'say' ? next.text : proseOf(conversation))]);
}

type Move =
  | { readonly type: 'ask'; readonly step: Step }
  | { readonly type: 'say'; readonly text: string }
  | { readonly type: 'talk' };

/** Goes through the steps as far as the calls since the prompt got; a call that failed ends it. */
function nextMove(
  steps: readonly Step[],
  calls: readonly ToolCall[],
  offered: ReadonlyMap<string, unknown>,
): Move {
  if (steps.length === 0) return { type: 'talk' };
  const done: ToolCall[] = [];
  for (const call of calls) {
    const step = steps[done.length];
    if (step === undefined || call.outcome === null || !isFor(call, step)) continue;
    if (call.outcome.isError) return { type: 'say', text: summary(steps.slice(0, done.length), done, call) };
    done.push(call);
  }
  const step = steps[done.length];
  if (step === undefined || calls.length >= mostCalls)
    return { type: 'say', text: summary(steps.slice(0, done.length), done, null) };
  if (offered.has(step.tool)) return { type: 'ask', step };
  const before = done.length === 0 ? [] : [summary(steps.slice(0, done.length), done, null)];
  return { type: 'say', text: [...before, unavailable(step)].join('\n\n') };
}

/** The same tool with the same argument. */
function isFor(call: ToolCall, step: Step): boolean {
  if (call.name !== step.tool) return false;
  if (step.tool.startsWith('mcp__')) return true;
  const argument = step.tool === 'Bash' ? 'command' : 'file_path';
  return call.input[argument] === step.input[argument];
}

function forcedTool(
  { tool_choice: choice }: MessageRequest,
  offered: ReadonlyMap<string, unknown>,
  { calls }: Conversation,
): string | null {
  if (choice?.type === 'tool' && choice.name !== undefined && offered.has(choice.name)) return choice.name;
  if (choice?.type === 'any' && calls.length === 0) return offered.keys().next().value ?? null;
  return null;
}

function thoughts({ thinking }: MessageRequest, { prompt, calls }: Conversation): readonly AnswerBlock[] {
  const wanted = thinking !== undefined && thinking !== null && thinking.type !== 'disabled';
  if (!wanted || calls.length > 0 || !/\bthink\b/i.test(prompt)) return [];
  return [
    {
      type: 'thinking',
      thinking: `The user asked: ${titleOf(prompt)}. I look at it from two sides, keep the simpler one, and say it plainly.`,
      signature: Buffer.from(`sandbox:${prompt.length}`).toString('base64'),
    },
  ];
}

function titleOf(prompt: string): string {
  const line = prompt.replaceAll(/\s+/g, ' ').trim();
  return line === '' ? 'Sandbox' : line.slice(0, 60);
}

function text(said: string): AnswerBlock {
  return { type: 'text', text: said };
}

function ended(blocks: readonly AnswerBlock[]): ModelAnswer {
  return { blocks, stopReason: 'end_turn', stopSequence: null };
}

function asking(before: readonly AnswerBlock[], name: string, input: unknown): ModelAnswer {
  const call: AnswerBlock = {
    type: 'tool_use',
    id: `toolu_${randomBytes(12).toString('hex')}`,
    name,
    input: typeof input === 'object' && input !== null ? { ...input } : {},
  };
  return { blocks: [...before, call], stopReason: 'tool_use', stopSequence: null };
}
