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

type Input = Readonly<Record<string, unknown>>;
type ToolUse = Extract<QueryEvent, { event: 'tool_use' }>['data'];
type ToolResult = Extract<QueryEvent, { event: 'tool_result' }>['data'];
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

/** What came of it. */
export function toolOutcome({ toolUseId, content, isError, path, deniedBy }: ToolResult): ToolCallUpdate {
  return {
    toolCallId: toolUseId,
    status: isError ? 'failed' : 'completed',
    ...(content === '' ? {} : { content: [text(content)] }),
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
      ...changeOf(toolName, input, null, path),
      text(visibleText(`${warned}${call.action}${place}\n${parts}${always}`)),
      ...(diff === undefined ? [] : [text(fenced(visibleText(diff)))]),
    ],
    ...(path === undefined ? {} : { locations: [{ path }] }),
    rawInput: input,
    _meta: { postern: { cautions, outside: question.outside ?? null, remember: remember ?? null } },
  };
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
