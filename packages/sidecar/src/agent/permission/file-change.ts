import { resolve } from 'node:path';
import { formatPatch, type StructuredPatchHunk } from 'diff';
import { additionOf } from './proposed-change.ts';

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
    const hunks = structuredPatch as StructuredPatchHunk[];
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
