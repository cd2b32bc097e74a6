import {
  blocksOf,
  type ContentBlock,
  type MessageRequest,
  type RequestMessage,
  textOf,
} from './message-request.ts';

/** One tool call since the prompt, with its outcome where it is known. */
export interface ToolCall {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly outcome: { readonly text: string; readonly isError: boolean } | null;
}

/** A conversation as the model sees it. */
export interface Conversation {
  /** What the user asked last, without the program's own remarks. */
  readonly prompt: string;
  /** What they asked before, oldest first. */
  readonly earlierPrompts: readonly string[];
  /** Tool calls since the prompt, oldest first. */
  readonly calls: readonly ToolCall[];
  /** Where the program works, as its environment text says; null where it says nothing. */
  readonly workingDirectory: string | null;
}

/** Reads a request's messages. */
export function readConversation(request: MessageRequest): Conversation {
  const { messages } = request;
  const prompts = messages.map((message) => (message.role === 'user' ? promptOf(message) : ''));
  const at = prompts.findLastIndex((prompt) => prompt !== '');
  return {
    prompt: prompts[at] ?? '',
    earlierPrompts: prompts.slice(0, Math.max(0, at)).filter((prompt) => prompt !== ''),
    calls: callsOf(messages.slice(at + 1)),
    workingDirectory: workingDirectoryOf(request),
  };
}

/** Text without the program's `<system-reminder>` blocks. */
export function withoutReminders(text: string): string {
  return text.replace(/<system-reminder>[\s\S]*?<\/system-reminder>/g, '').trim();
}

/** The user's words in a user message. Notes of the program about an interruption are not theirs. */
function promptOf(message: RequestMessage): string {
  return blocksOf(message.content)
    .map((block) => withoutReminders(textOf(block)))
    .filter((text) => text !== '' && !/^\[Request interrupted by user[^\]]*\]$/.test(text))
    .join('\n');
}

function callsOf(messages: readonly RequestMessage[]): readonly ToolCall[] {
  const blocks = messages.flatMap(({ content }) => blocksOf(content));
  const outcomes = new Map(
    blocks
      .filter(({ type }) => type === 'tool_result')
      .map((block) => [
        String(block['tool_use_id']),
        { text: outcomeText(block), isError: block['is_error'] === true },
      ]),
  );
  return blocks
    .filter(({ type }) => type === 'tool_use')
    .map((block) => ({
      name: String(block['name']),
      input: isRecord(block['input']) ? block['input'] : {},
      outcome: outcomes.get(String(block['id'])) ?? null,
    }));
}

function outcomeText(block: ContentBlock): string {
  const { content } = block as { readonly content?: RequestMessage['content'] };
  if (content === undefined) return '';
  return withoutReminders(blocksOf(content).map(textOf).join('\n'));
}

/** The last one that was said: a resumed conversation may have moved. Source: the Agent SDK's program 2.1.330, measured. */
function workingDirectoryOf({ system, messages }: MessageRequest): string | null {
  const texts = [...blocksOf(system ?? ''), ...messages.flatMap(({ content }) => blocksOf(content))].map(
    textOf,
  );
  const found = texts.flatMap((text) => [
    ...text.matchAll(/^ *-? *(?:Primary w|W)orking directory: (.+)$/gm),
  ]);
  return found.at(-1)?.[1]?.trim() ?? null;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
