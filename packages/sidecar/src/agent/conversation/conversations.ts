import type { SDKSessionInfo, SessionMessage } from '@anthropic-ai/claude-agent-sdk';
import type { Conversation, ConversationItem, ConversationSummary, Page } from '@postern/contract';
import { instant } from '../../credentials/index.ts';
import { InvalidRequestError } from '../../errors/index.ts';
import { deniedBy } from '../permission/index.ts';
import { asRecord, promptOf, toolInput, toolResultText } from '../turn/index.ts';
import type { SessionReader } from './session-reader.ts';

const maxTitle = 120;
/** The model name of messages that the program wrote itself, and how its notes in the person's place begin. */
const writtenByProgram = '<synthetic>';
const noteOfProgram = '[Request interrupted by user';

/** A page of conversations, the one last used first. `search`: the title contains it, in any letter case. */
export async function conversationPage(
  reader: SessionReader,
  ownsWorkspace: (path: string) => boolean,
  options: { readonly limit: number; readonly before: string | null; readonly search: string | null },
): Promise<Page<ConversationSummary>> {
  const search = options.search?.toLowerCase() ?? '';
  const sessions = [...(await reader.list())].sort(newestFirst);
  const start =
    options.before === null ? 0 : sessions.findIndex((session) => isAfter(session, options.before ?? ''));
  const wanted = (start < 0 ? [] : sessions.slice(start))
    .map((session) => ({ session, summary: summaryOf(session, ownsWorkspace) }))
    .filter(({ summary }) => summary.title.toLowerCase().includes(search));
  const last = wanted.length > options.limit ? wanted[options.limit - 1] : undefined;
  return {
    items: wanted.slice(0, options.limit).map(({ summary }) => summary),
    next: last === undefined ? null : cursorOf(last.session),
  };
}

/**
 * A conversation's items, the newest page first and in order within it.
 * @throws InvalidRequestError `conversation_not_found`
 */
export async function conversationItems(
  reader: SessionReader,
  ownsWorkspace: (path: string) => boolean,
  id: string,
  options: { readonly limit: number; readonly before: string | null },
): Promise<Conversation> {
  const session = await reader.find(id);
  if (session === null) throw new InvalidRequestError('conversation_not_found');
  const items = itemsOf(await reader.messages(id));
  const end = options.before === null ? items.length : Number.parseInt(options.before, 10);
  const start = Math.max(0, end - options.limit);
  const { title, workspace } = summaryOf(session, ownsWorkspace);
  return {
    id,
    title,
    workspace,
    items: Number.isSafeInteger(end) ? items.slice(start, end) : [],
    next: start > 0 ? String(start) : null,
  };
}

function summaryOf(session: SDKSessionInfo, ownsWorkspace: (path: string) => boolean): ConversationSummary {
  const { sessionId: id, cwd, customTitle, firstPrompt, summary, lastModified } = session;
  const title = (customTitle ?? firstPrompt ?? summary).trim().split('\n')[0] ?? '';
  return {
    id,
    title: title.length <= maxTitle ? title : `${title.slice(0, maxTitle - 1)}…`,
    workspace: cwd === undefined || ownsWorkspace(cwd) ? null : cwd,
    updatedAt: instant(lastModified),
  };
}

/**
 * What a screen shows of a session's messages: no notes of the program's, no system messages. A prompt that was sent again because
 * another credential took over is shown once, by its id; one that the person sent twice is shown twice. Pure.
 */
export function itemsOf(messages: readonly SessionMessage[]): ConversationItem[] {
  const prompts = new Set<string>();
  return messages.flatMap((entry): ConversationItem[] => {
    if (entry.parent_tool_use_id !== null) return [];
    const prompt = entry.type === 'user' ? promptOf(entry.uuid) : null;
    if (prompt !== null && prompts.has(prompt)) return [];
    if (prompt !== null) prompts.add(prompt);
    const { content, model } = asRecord(entry.message);
    const blocks = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
    if (!Array.isArray(blocks) || model === writtenByProgram) return [];
    const at = timeOf(entry);
    return blocks.flatMap((block) => itemOf(entry.type, asRecord(block), at));
  });
}

function itemOf(
  author: SessionMessage['type'],
  block: Record<string, unknown>,
  at: string | null,
): ConversationItem[] {
  const { type, text, thinking, id, name, input, tool_use_id: toolUseId } = block;
  if (author === 'user' && type === 'text' && typeof text === 'string' && !text.startsWith(noteOfProgram)) {
    return [{ type: 'user', text, at }];
  }
  if (author === 'user' && type === 'tool_result' && typeof toolUseId === 'string') {
    const isError = block['is_error'] === true;
    const content = toolResultText(block['content']);
    const by = deniedBy(content, isError);
    return [
      { type: 'tool_result', toolUseId, content, isError, ...(by === undefined ? {} : { deniedBy: by }) },
    ];
  }
  if (author !== 'assistant') return [];
  if (type === 'text' && typeof text === 'string') return [{ type: 'assistant_text', text }];
  if (type === 'thinking' && typeof thinking === 'string') return [{ type: 'thinking', text: thinking }];
  if (type === 'tool_use' && typeof id === 'string' && typeof name === 'string') {
    return [{ type: 'tool_use', toolUseId: id, name, input: toolInput(input) }];
  }
  return [];
}

/** The SDK's reader gives a timestamp that its types do not name. */
function timeOf(entry: SessionMessage): string | null {
  const { timestamp } = asRecord(entry);
  return typeof timestamp === 'string' && !Number.isNaN(Date.parse(timestamp)) ? timestamp : null;
}

function newestFirst(a: SDKSessionInfo, b: SDKSessionInfo): number {
  return b.lastModified - a.lastModified || (a.sessionId < b.sessionId ? -1 : 1);
}

function cursorOf(session: SDKSessionInfo): string {
  return `${session.lastModified}.${session.sessionId}`;
}

/** True for what comes after the cursor in the list. */
function isAfter(session: SDKSessionInfo, cursor: string): boolean {
  const [modified = '', id = ''] = cursor.split('.');
  const at = Number.parseInt(modified, 10);
  return session.lastModified < at || (session.lastModified === at && session.sessionId > id);
}
