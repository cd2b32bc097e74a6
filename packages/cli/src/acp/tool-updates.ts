import { isAbsolute, resolve } from 'node:path';
import type { Plan, ToolCall, ToolCallContent, ToolCallUpdate, ToolKind } from '@agentclientprotocol/sdk';
import {
  describeToolCall,
  mcpToolOf,
  type QueryEvent,
  type Task,
  toolCautionSentences,
  visibleText,
} from '@postern/contract';
import { textBefore } from './text-before.ts';

type Input = Readonly<Record<string, unknown>>;
type ToolUse = Extract<QueryEvent, { event: 'tool_use' }>['data'];
/** What came of a call. */
export type ToolResult = Extract<QueryEvent, { event: 'tool_result' }>['data'];
type Permission = Extract<QueryEvent, { event: 'permission_request' }>['data'];

/** Source: `ToolKind` of ACP v1; tools of the Agent SDK 0.3.332. */
const kinds: Readonly<Record<string, ToolKind>> = {
  Bash: 'execute',
  Read: 'read',
  Write: 'edit',
  Edit: 'edit',
  MultiEdit: 'edit',
  NotebookEdit: 'edit',
  Glob: 'search',
  Grep: 'search',
  WebFetch: 'fetch',
  WebSearch: 'fetch',
  Agent: 'think',
  ExitPlanMode: 'switch_mode',
};

/** A tool's call as an editor shows it. */
export function toolCall({ toolUseId, name, input, parentToolUseId }: ToolUse, workspace: string): ToolCall {
  return {
    toolCallId: toolUseId,
    title: titleOf(name, input),
    name,
    kind: kinds[name] ?? 'other',
    status: 'in_progress',
    content: changeOf(name, input, workspace),
    locations: locationsOf(input, workspace),
    rawInput: input,
    // Where clients of the reference adapter look for the call of the subagent that makes it. Source: claude-agent-acp 0.101.0.
    ...(parentToolUseId === undefined ? {} : { _meta: { claudeCode: { parentToolUseId } } }),
  };
}

/** What a call shows of the change it makes: `shown` with the call already, else what is to be shown once it is made. Null: it shows none. */
export type ShownChange = 'shown' | readonly ToolCallContent[] | null;

/** Of a call as it was shown first. */
export function shownChange({ content }: ToolCall): ShownChange {
  return content?.some(({ type }) => type === 'diff') === true ? 'shown' : null;
}

/** What came of it. A change that was made stays what the call shows: an update's content would take its place. */
export function toolOutcome(result: ToolResult, change: ShownChange): ToolCallUpdate {
  const { toolUseId, content, isError, path, deniedBy } = result;
  const words = content === '' ? {} : { content: [text(content)] };
  const made = change === 'shown' ? {} : { content: [...(change ?? [])] };
  return {
    toolCallId: toolUseId,
    status: isError ? 'failed' : 'completed',
    ...(isError || change === null ? words : made),
    ...(path !== undefined && isAbsolute(path) ? { locations: [{ path }] } : {}),
    rawOutput: { content, isError },
    _meta: deniedBy === undefined ? null : { postern: { deniedBy } },
  };
}

/**
 * The call that a question is about. All of the input is in it: an editor may show as much of it as it likes, but what it shows is what
 * happens, the real place included.
 */
export function questionedCall(question: Permission, toolCallId: string): ToolCallUpdate {
  const { toolName, input, path, diff, cautions = [], remember } = question;
  const call = question.call ?? describeToolCall(toolName, input);
  const place = path === undefined ? '' : `\nPlace: ${path}`;
  const parts = call.parts.map(({ label, text: value }) => `${label}: ${value}`).join('\n');
  const always = remember == null ? '' : `\nAlways: the agent may ${remember.words}, in this workspace.`;
  const warned = cautions.map((caution) => `${toolCautionSentences[caution]}\n`).join('');
  return {
    toolCallId,
    title: visibleText(path === undefined ? titleOf(toolName, input) : `${call.action}: ${path}`),
    kind: kinds[toolName] ?? 'other',
    status: 'pending',
    content: [
      ...questionedChange(question),
      text(visibleText(`${warned}${call.action}${place}\n${parts}${always}`)),
      ...(diff === undefined ? [] : [text(fenced(visibleText(diff)))]),
    ],
    ...(path === undefined ? {} : { locations: [{ path }] }),
    rawInput: input,
    _meta: { postern: { cautions, outside: question.outside ?? null, remember: remember ?? null } },
  };
}

/** The change that a question is about, at its real place, with what the file holds before it where the question says that. */
export function questionedChange({ toolName, input, path, diff }: Permission): ToolCallContent[] {
  return withOldText(toolName, changeOf(toolName, input, null, path), diff);
}

/** The change that a call has made without a question, with what the file held before it where the result says that. Null: it shows none. */
export function madeChange(name: string, input: Input, { path, diff }: ToolResult): ShownChange {
  if (path === undefined || diff === undefined) return null;
  return withOldText(name, changeOf(name, input, null, path), diff);
}

/** An edit has its two pieces; what a whole file held follows from the difference. */
function withOldText(
  name: string,
  changes: readonly ToolCallContent[],
  diff: string | undefined,
): ToolCallContent[] {
  return changes.map((change) => {
    if (change.type !== 'diff' || name !== 'Write' || diff === undefined) return change;
    const oldText = textBefore(change.newText, diff);
    return oldText === null || oldText === '' ? change : { ...change, oldText };
  });
}

/** The agent's list of tasks as an editor shows it. */
export function planOf(tasks: readonly Task[]): Plan {
  return {
    entries: tasks.map(({ subject, status }) => ({
      content: visibleText(subject),
      priority: 'medium',
      status,
    })),
  };
}

/** What a file tool changes: for an edit the two pieces, for a whole file its new text. */
function changeOf(name: string, input: Input, workspace: string | null, real?: string): ToolCallContent[] {
  const given = real ?? input['file_path'];
  if (typeof given !== 'string') return [];
  const path = real ?? (workspace === null ? given : resolve(workspace, given));
  const { content, old_string: oldText, new_string: newText } = input;
  if (name === 'Write' && typeof content === 'string') return [{ type: 'diff', path, newText: content }];
  if (name === 'Edit' && typeof oldText === 'string' && typeof newText === 'string')
    return [{ type: 'diff', path, oldText, newText }];
  return [];
}

function locationsOf(input: Input, workspace: string): { path: string }[] {
  const path = input['file_path'] ?? input['notebook_path'];
  return typeof path === 'string' ? [{ path: resolve(workspace, path) }] : [];
}

function titleOf(name: string, input: Input): string {
  const { action, target } = describeToolCall(name, input);
  if (mcpToolOf(name) !== null || target === null) return action;
  const [line = ''] = target.split('\n', 1);
  return visibleText(`${action}: ${line === target ? line : `${line} …`}`);
}

function text(value: string): ToolCallContent {
  return { type: 'content', content: { type: 'text', text: value } };
}

function fenced(diff: string): string {
  return `\`\`\`\`diff\n${diff.replace(/\n$/, '')}\n\`\`\`\``;
}
