import { resolve } from 'node:path';
import { formatPatch, type StructuredPatchHunk } from 'diff';
import { additionOf, textAfter } from './proposed-change.ts';
import { withTabs } from './with-tabs.ts';

/** Longest difference in a result, in characters: a longer one is not shown, half of one would mislead. */
const longestDiff = 200_000;

/** Where a tool wrote and what it changed there, as a unified diff; null where it cannot be shown. */
export interface FileChange {
  readonly path: string;
  readonly diff: string | null;
}

/**
 * What a finished tool call changed, from the SDK's structured output; null where it changed no file. The program takes a relative path
 * from `workspace`; the path given is absolute.
 */
export function changeMade(output: unknown, workspace: string): FileChange | null {
  if (typeof output !== 'object' || output === null) return null;
  const facts = output as Readonly<Record<string, unknown>>;
  const { filePath, structuredPatch, type, content } = facts;
  if (typeof filePath !== 'string') return null;
  // Other tools name files that they did not change, such as where a plan could have been written.
  if (!Array.isArray(structuredPatch) && typeof type !== 'string') return null;
  const path = resolve(workspace, filePath);
  if (Array.isArray(structuredPatch) && structuredPatch.length > 0 && structuredPatch.every(isHunk)) {
    const hunks = exact(structuredPatch, facts);
    if (lengthOf(hunks) > longestDiff) return { path, diff: null };
    const names = { oldFileName: path, newFileName: path, oldHeader: undefined, newHeader: undefined };
    return { path, diff: formatPatch({ ...names, hunks: [...hunks] }) };
  }
  if (type === 'create' && typeof content === 'string' && content.length <= longestDiff)
    return { path, diff: additionOf(path, content) };
  return { path, diff: null };
}

function isHunk(value: unknown): value is StructuredPatchHunk {
  if (typeof value !== 'object' || value === null) return false;
  const { oldStart, oldLines, newStart, newLines, lines } = value as Readonly<Record<string, unknown>>;
  const places = [oldStart, oldLines, newStart, newLines];
  return places.every(Number.isSafeInteger) && Array.isArray(lines) && lines.every(isString);
}

const isString = (value: unknown): value is string => typeof value === 'string';

function lengthOf(hunks: readonly StructuredPatchHunk[]): number {
  return hunks.reduce((sum, { lines }) => sum + lines.reduce((all, line) => all + line.length + 1, 0), 0);
}

/** The program writes tabs as spaces in its difference, and says what the file held. Source: program 2.1.332, `FileWriteOutput`, `FileEditOutput`. */
function exact(
  hunks: readonly StructuredPatchHunk[],
  { originalFile, content, oldString, newString, replaceAll }: Readonly<Record<string, unknown>>,
): readonly StructuredPatchHunk[] {
  if (typeof originalFile !== 'string') return hunks;
  const input = { old_string: oldString, new_string: newString, replace_all: replaceAll };
  const after = typeof content === 'string' ? content : textAfter('Edit', input, originalFile);
  return after === null ? hunks : withTabs(hunks, originalFile, after);
}
