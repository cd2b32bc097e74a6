import { readFile, realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createTwoFilesPatch, formatPatch, type StructuredPatchHunk } from 'diff';

/** Longest diff in an event, in characters. */
const maxDiff = 200_000;
/** Longest file a preview is made of, in bytes. */
const maxPreviewed = 1024 * 1024;

/** Where a tool writes and what it changes there, as a unified diff; null where it cannot be shown. */
export interface FileChange {
  readonly path: string;
  readonly diff: string | null;
}

/** What a finished tool call changed, from the SDK's structured output; null where it changed no file. */
export function changeMade(output: unknown): FileChange | null {
  if (typeof output !== 'object' || output === null) return null;
  const { filePath, structuredPatch, type, content } = output as Record<string, unknown>;
  if (typeof filePath !== 'string') return null;
  if (Array.isArray(structuredPatch) && structuredPatch.length > 0) {
    const hunks = structuredPatch as StructuredPatchHunk[];
    const patch = {
      oldFileName: filePath,
      newFileName: filePath,
      oldHeader: undefined,
      newHeader: undefined,
    };
    return { path: filePath, diff: bounded(formatPatch({ ...patch, hunks })) };
  }
  if (type === 'create' && typeof content === 'string') {
    return { path: filePath, diff: bounded(createTwoFilesPatch('/dev/null', filePath, '', content)) };
  }
  return { path: filePath, diff: null };
}

/**
 * What a tool call would change, for the question to the person; null for a tool that changes no file.
 * `mayRead` says whether the file's present text may be looked at.
 */
export async function changeProposed(
  toolName: string,
  input: Readonly<Record<string, unknown>>,
  workspace: string,
  mayRead: (path: string) => boolean,
): Promise<FileChange | null> {
  const named = input['file_path'] ?? input['notebook_path'];
  if (typeof named !== 'string' || !['Write', 'Edit', 'NotebookEdit'].includes(toolName)) return null;
  const path = resolve(workspace, named);
  const before = await textOf(path, mayRead);
  const after = before === null ? null : textAfter(toolName, input, before);
  if (before === null || after === null) return { path, diff: null };
  const from = before === '' ? '/dev/null' : path;
  return { path, diff: bounded(createTwoFilesPatch(from, path, before, after)) };
}

function textAfter(
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

/** The file's text; empty where there is no file; null where it may not or cannot be shown. */
async function textOf(path: string, mayRead: (path: string) => boolean): Promise<string | null> {
  try {
    const real = await realpath(path);
    const { size } = await stat(real);
    if (!mayRead(real) || size > maxPreviewed) return null;
    return await readFile(real, 'utf8');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? '' : null;
  }
}

function bounded(diff: string): string {
  return diff.length <= maxDiff ? diff : `${diff.slice(0, maxDiff)}\n… cut off\n`;
}
