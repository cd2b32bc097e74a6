import { extname } from 'node:path';
import type { ConversationItem, SentFile } from '@postern/contract';
import { attachedPath } from '../child/index.ts';
import { deniedBy } from '../permission/index.ts';
import { asRecord, toolInput, toolResultText } from '../turn/index.ts';

/** The model name of messages that the program wrote itself. */
export const writtenByProgram = '<synthetic>';
const noteOfProgram = '[Request interrupted by user';
/** How it writes down a command of the workspace that the user called. Source: program 2.1.332, measured. */
const calledCommand =
  /^<command-message>workspace:[^<]*<\/command-message>\n<command-name>\/workspace:([^<]+)<\/command-name>(?:\n<command-args>([\s\S]*)<\/command-args>)?\s*$/;

/** The same of its own `/compact`, and what it notes when that is done. Source: program 2.1.332, measured. */
const calledCompact =
  /^<command-name>\/compact<\/command-name>\s*<command-message>compact<\/command-message>\s*<command-args>([\s\S]*)<\/command-args>\s*$/;
const noteOfCompact = /^<local-command-stdout>Compacted [^<]*<\/local-command-stdout>$/;

/** What the program writes in the user's place where the user stopped it. */
export function isNoteOfProgram(text: unknown): boolean {
  return typeof text === 'string' && text.startsWith(noteOfProgram);
}

/** What it writes when `/compact` is done: that ends the turn. */
export function isNoteOfCompact(text: unknown): boolean {
  return typeof text === 'string' && noteOfCompact.test(text);
}

/** What a screen shows of one message: no notes of the program's. `at`: when it was written, ISO 8601. Pure. */
export function itemsOfMessage(
  author: 'user' | 'assistant',
  message: unknown,
  at: string | null,
): ConversationItem[] {
  const { content, model } = asRecord(message);
  const blocks = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
  if (!Array.isArray(blocks) || model === writtenByProgram) return [];
  const records = blocks.map(asRecord);
  if (author === 'assistant') return records.flatMap((block) => itemOf(author, block, at));
  const { said, attachments } = splitAttachments(records);
  const items = said.flatMap((block) => itemOf(author, block, at));
  const [first, ...others] = items;
  if (first?.type !== 'user' || attachments.length === 0) return items;
  return [{ ...first, attachments }, ...others];
}

type Block = Record<string, unknown>;

/** Separates what was said from the files that were sent with it: each is named in a text, and what the model sees of it stands right behind. */
function splitAttachments(blocks: readonly Block[]): {
  readonly said: readonly Block[];
  readonly attachments: SentFile[];
} {
  const texts = blocks.filter(({ type }) => type === 'text');
  // The prompt itself stands first, a command last: where every text looks like a name, the first is what the user typed.
  const prompt = texts.find((block) => pathIn(block) === null && !isUnreadable(block)) ?? texts[0];
  const said: Block[] = [];
  const attachments: SentFile[] = [];
  let named: string | null = null;
  for (const block of blocks) {
    const type = block === prompt ? null : seenAs(block, named);
    const path = block === prompt ? null : pathIn(block);
    if (path !== null) attachments.push({ type: 'file', path });
    else if (type === null) said.push(block);
    else if (named !== null && typeByName(named) === type) attachments.splice(-1, 1, { type, path: named });
    else attachments.push({ type, path: null });
    named = path;
  }
  return { said, attachments };
}

function pathIn({ type, text }: Block): string | null {
  return type === 'text' && typeof text === 'string' ? attachedPath(text) : null;
}

/** What the program writes in the place of a picture that it cannot read. Source: program 2.1.332, measured. */
function isUnreadable({ type, text }: Block): boolean {
  return type === 'text' && typeof text === 'string' && text.startsWith('[Image could not be processed');
}

function seenAs(block: Block, named: string | null): 'image' | 'pdf' | null {
  if (block['type'] === 'image' || (named !== null && isUnreadable(block))) return 'image';
  return block['type'] === 'document' ? 'pdf' : null;
}

/**
 * Postern before 2026-11-30 named only what the model does not see: a text file's name may stand before a picture without one. (That of a picture
 * too large to be seen may as well, and is then taken for its name.)
 */
function typeByName(path: string): SentFile['type'] {
  const extension = extname(path).toLowerCase();
  if (extension === '.pdf') return 'pdf';
  return /^\.(png|jpe?g|gif|webp)$/.test(extension) ? 'image' : 'file';
}

function itemOf(author: 'user' | 'assistant', block: Block, at: string | null): ConversationItem[] {
  const { type, text, thinking, id, name, input, tool_use_id: toolUseId } = block;
  if (author === 'user' && type === 'text' && typeof text === 'string' && !isNoteOfProgram(text)) {
    if (noteOfCompact.test(text)) return [];
    return [{ type: 'user', text: asTyped(text), at }];
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

function asTyped(text: string): string {
  const toKeep = calledCompact.exec(text)?.[1];
  if (toKeep !== undefined) return `/compact ${toKeep}`.trimEnd();
  const [, name, given = ''] = calledCommand.exec(text) ?? [];
  if (name === undefined) return text;
  return given === '' ? `/${name}` : `/${name} ${given}`;
}
