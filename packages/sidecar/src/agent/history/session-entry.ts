import type { ConversationItem } from '@postern/contract';
import { changeMade } from '../permission/index.ts';
import { asRecord, promptOf } from '../turn/index.ts';
import { isNoteOfCompact, isNoteOfProgram, itemsOfMessage, writtenByProgram } from './message-items.ts';

/** What one line of a session file says that the user gets to see. */
export type SessionEntry =
  | {
      readonly type: 'said';
      readonly author: 'user' | 'assistant' | 'program';
      readonly items: readonly ConversationItem[];
      /** What two sendings of one prompt have in common; null where it is no prompt of ours. */
      readonly prompt: string | null;
      readonly workspace: string | null;
      /** Unix ms. */
      readonly atMs: number | null;
      /** It ends the answer that it belongs to. */
      readonly ends: boolean;
    }
  /** An answer ended here, with nothing to show. */
  | { readonly type: 'end' }
  | { readonly type: 'title'; readonly title: string };

/** Of a line's bytes; a line without any of them holds nothing to show, and most of a file's bytes are in such lines. */
const signs = ['"user"', '"assistant"', '"custom-title"', '"compact_boundary"'];

/** Whose session it is of: a subagent's marks each of its lines. And what the entry is for: a screen also shows what file tools changed. */
export interface EntryUse {
  readonly of?: 'agent' | 'subagent';
  readonly isShown?: boolean;
}

/**
 * What a line says: null where there is nothing to show, `damaged` where it is no JSON object. Lines are taken for themselves: where the one
 * before is missing, the rest is still shown. Source: program 2.1.332, measured; the custom title: `renameSession` of the Agent SDK.
 */
export function sessionEntry(line: Buffer, use: EntryUse = {}): SessionEntry | 'damaged' | null {
  if (!signs.some((sign) => line.includes(sign))) return isWhole(line) ? null : 'damaged';
  return entryOfText(line.toString('utf8'), use);
}

/** The same of a line that is worth reading. */
export function entryOfText(
  text: string,
  { of = 'agent', isShown = false }: EntryUse = {},
): SessionEntry | 'damaged' | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return 'damaged';
  }
  const entry = asRecord(parsed);
  const { type } = entry;
  if (type === 'custom-title') return titleOf(entry['customTitle']);
  if (type === 'system') return of === 'agent' ? compactionIn(entry) : null;
  if (type !== 'user' && type !== 'assistant') return null;
  if (isHidden(entry) || (entry['isSidechain'] === true) !== (of === 'subagent')) return null;
  const said = withPromptId(entry, itemsOfMessage(type, entry['message'], timestampOf(entry)));
  const ends = endsAnswer(type, entry);
  if (said.length === 0) return ends ? { type: 'end' } : null;
  const { uuid, cwd } = entry;
  const items = isShown ? withChange(entry, said) : said;
  return {
    type: 'said',
    author: type,
    items,
    prompt: type === 'user' && typeof uuid === 'string' ? promptOf(uuid) : null,
    workspace: typeof cwd === 'string' ? cwd : null,
    atMs: atMsOf(entry),
    ends,
  };
}

/**
 * What the program keeps for itself, the summary that stands in for what was said before it, and what it tells the model of a command in the
 * background that has ended.
 */
function isHidden(entry: Record<string, unknown>): boolean {
  const ofTask = asRecord(entry['origin'])['kind'] === 'task-notification';
  if (entry['isMeta'] === true || entry['isCompactSummary'] === true || ofTask) return true;
  return typeof entry['teamName'] === 'string';
}

/**
 * Whether an answer ends with this line: the model stopped for another reason than a tool, the user stopped it, or the service refused the call.
 * The program writes the lines of a message when it knows why the message ended, so that one which was never finished has none; losing its
 * connection, it writes an error without a status. Source: program 2.1.332, measured.
 */
function endsAnswer(type: 'user' | 'assistant', entry: Record<string, unknown>): boolean {
  const { content, model, stop_reason: reason } = asRecord(entry['message']);
  const blocks = (Array.isArray(content) ? content : [{ text: content }]).map(asRecord);
  if (type === 'user') return blocks.some(({ text }) => isNoteOfProgram(text) || isNoteOfCompact(text));
  if (model === writtenByProgram) return reason === 'refusal' || typeof entry['apiErrorStatus'] === 'number';
  return reason !== 'tool_use' && !blocks.some((block) => block['type'] === 'tool_use');
}

/** Whether a line can be one that was written to its end; the rest of it is of no interest. */
function isWhole(line: Buffer): boolean {
  const text = line.subarray(-64).toString('latin1').trimEnd();
  return text === '' || text.endsWith('}');
}

function titleOf(title: unknown): SessionEntry | null {
  return typeof title === 'string' && title.trim() !== '' ? { type: 'title', title: title.trim() } : null;
}

/** The line at which the program began again with a summary. Source: program 2.1.332, measured. */
function compactionIn(entry: Record<string, unknown>): SessionEntry | null {
  if (entry['subtype'] !== 'compact_boundary') return null;
  const { trigger, preTokens, postTokens } = asRecord(entry['compactMetadata']);
  const [beforeTokens, afterTokens] = [countOf(preTokens), countOf(postTokens)];
  if (beforeTokens === null) return null;
  const item: ConversationItem = {
    type: 'compacted',
    trigger: trigger === 'manual' ? 'manual' : 'auto',
    beforeTokens,
    ...(afterTokens === null ? {} : { afterTokens }),
  };
  return {
    type: 'said',
    author: 'program',
    items: [item],
    prompt: null,
    workspace: null,
    atMs: atMsOf(entry),
    ends: false,
  };
}

function countOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

/** What a prompt of ours can be named by, at its first item. */
function withPromptId(
  { uuid }: Record<string, unknown>,
  items: readonly ConversationItem[],
): readonly ConversationItem[] {
  const [first, ...others] = items;
  if (first?.type !== 'user' || typeof uuid !== 'string' || promptOf(uuid) === null) return items;
  return [{ ...first, promptId: uuid }, ...others];
}

/** With what the tool changed in a file, as it was shown when it did. */
function withChange(
  { toolUseResult, cwd }: Record<string, unknown>,
  items: readonly ConversationItem[],
): readonly ConversationItem[] {
  const change = changeMade(toolUseResult, typeof cwd === 'string' ? cwd : '/');
  if (change === null) return items;
  const { path, diff } = change;
  return items.map((item) =>
    item.type === 'tool_result' ? { ...item, path, ...(diff === null ? {} : { diff }) } : item,
  );
}

function atMsOf(entry: Record<string, unknown>): number | null {
  const timestamp = timestampOf(entry);
  return timestamp === null ? null : Date.parse(timestamp);
}

function timestampOf({ timestamp }: Record<string, unknown>): string | null {
  return typeof timestamp === 'string' && !Number.isNaN(Date.parse(timestamp)) ? timestamp : null;
}
