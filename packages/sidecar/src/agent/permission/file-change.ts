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
  const { filePath: named, structuredPatch, type, content } = output as Record<string, unknown>;
  if (typeof named !== 'string') return null;
  // Other tools name files that they did not change, such as where a plan could have been written.
  if (!Array.isArray(structuredPatch) && typeof type !== 'string') return null;
  const filePath = resolve(workspace, named);
  if (Array.isArray(structuredPatch) && structuredPatch.length > 0) {
    const hunks = exact(structuredPatch as StructuredPatchHunk[], output as Record<string, unknown>);
    const length = hunks.reduce(
      (sum, { lines }) => sum + lines.reduce((all, line) => all + line.length + 1, 0),
      0,
    );
    if (length > longestDiff) return { path: filePath, diff: null };
    const patch = {
      oldFileName: filePath,
      newFileName: filePath,
      oldHeader: undefined,
      newHeader: undefined,
    };
    return { path: filePath, diff: formatPatch({ ...patch, hunks }) };
  }
  if (type === 'create' && typeof content === 'string' && content.length <= longestDiff)
    return { path: filePath, diff: additionOf(filePath, content) };
  return { path: filePath, diff: null };
}

/** The program writes tabs as spaces in its difference, and says what the file held. Source: program 2.1.332, `FileWriteOutput`, `FileEditOutput`. */
function exact(
  hunks: readonly StructuredPatchHunk[],
  { originalFile, content, oldString, newString, replaceAll }: Readonly<Record<string, unknown>>,
): StructuredPatchHunk[] {
  if (typeof originalFile !== 'string') return [...hunks];
  const after =
    typeof content === 'string'
      ? content
      : textAfter(
          'Edit',
          { old_string: oldString, new_string: newString, replace_all: replaceAll },
          originalFile,
        );
  return after === null ? [...hunks] : withTabs(hunks, originalFile, after);
}
