import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { createTwoFilesPatch } from 'diff';

/** Longest file a difference is made of, in bytes. */
const longestFile = 1024 * 1024;
/** Longest difference that is of use, in characters; beyond it the whole input says more. */
const longestDiff = 400_000;
/** How long the comparison may take; it grows with the square of what differs. */
const comparisonMs = 800;

/** A tool call that would change a file. */
export interface ProposedChange {
  readonly toolName: string;
  /** Real path. */
  readonly path: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What can be shown of a change before it is made. */
export interface ChangePreview {
  /** Unified and whole; null where none can be made, and the input is all there is to show. */
  readonly diff: string | null;
  /** Why there is none, where the user has to know. */
  readonly caution: 'binary_file' | 'no_difference' | null;
}

const nothing: ChangePreview = { diff: null, caution: null };
const tooMuch: ChangePreview = { diff: null, caution: 'no_difference' };

/**
 * Compares a file with what a tool would make of it. Heavy and synchronous: it runs in a worker of its own (`change-previewer.ts`),
 * which is ended where it takes too long.
 */
export function previewChange({ toolName, path, input }: ProposedChange): ChangePreview {
  const before = textOf(path);
  if (typeof before !== 'string') return toolName === 'Write' ? before : nothing;
  const after = textAfter(toolName, input, before);
  if (after === null) return nothing;
  if (after.length > longestFile) return tooMuch;
  const from = before === '' ? '/dev/null' : path;
  const diff =
    before === ''
      ? additionOf(path, after)
      : createTwoFilesPatch(from, path, before, after, undefined, undefined, { timeout: comparisonMs });
  return diff === undefined || diff.length > longestDiff ? tooMuch : { diff, caution: null };
}

/** The difference that a new file makes: every line is added. Linear, which a comparison is not. */
export function additionOf(path: string, content: string): string {
  if (content === '') return `--- /dev/null\n+++ ${path}\n`;
  const lines = content.split('\n');
  const endsWithLine = lines.at(-1) === '';
  if (endsWithLine) lines.pop();
  const added = `+${lines.join('\n+')}\n`;
  const end = endsWithLine ? '' : '\\ No newline at end of file\n';
  return `--- /dev/null\n+++ ${path}\n@@ -0,0 +1,${lines.length} @@\n${added}${end}`;
}

/** A file's text after a call of a file tool, from its text before; null where the call does not say, or does not fit. */
export function textAfter(
  toolName: string,
  input: Readonly<Record<string, unknown>>,
  before: string,
): string | null {
  const { content, old_string: oldText, new_string: newText, replace_all: all } = input;
  if (toolName === 'Write') return typeof content === 'string' ? content : null;
  if (toolName !== 'Edit' || typeof oldText !== 'string' || typeof newText !== 'string') return null;
  if (oldText === '') return before === '' ? newText : null;
  if (!before.includes(oldText)) return null;
  return all === true ? before.replaceAll(oldText, () => newText) : before.replace(oldText, () => newText);
}

/** The file's text; empty where there is no file; the preview to give where it is no text, or too long. */
function textOf(path: string): string | ChangePreview {
  let file: number;
  try {
    // Opening a pipe would wait for its writer.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? '' : tooMuch;
  }
  try {
    const facts = fstatSync(file);
    if (!facts.isFile() || facts.size > longestFile) return tooMuch;
    // The size may be a lie: files of the system have none.
    const bytes = Buffer.alloc(longestFile + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read)
      read = readSync(file, bytes, length, bytes.length - length, null);
    if (length > longestFile) return tooMuch;
    const text = bytes.subarray(0, length);
    if (text.includes(0)) return { diff: null, caution: 'binary_file' };
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(text);
  } catch {
    return { diff: null, caution: 'binary_file' };
  } finally {
    closeSync(file);
  }
}
