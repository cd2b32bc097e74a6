import type { WorkspaceItem } from '@postern/contract';
import { type FoundFile, fileFinder, sha256 } from './found-files.ts';
import { instructionsOf, instructionText, leadsOut } from './instructions.ts';
import { mcpServerItems, notYet, refused, settingsItems } from './settings-items.ts';

/** What in a folder would shape an agent there, out of one reading. */
export interface WorkspaceContent {
  /** Of every file that was read, and of every link that was not followed. */
  readonly hash: string;
  readonly items: readonly WorkspaceItem[];
  /** The text of what loads, of this very reading; null: nothing loads. */
  readonly instructions: string | null;
}

/**
 * Reads a folder: each file once, so that what is loaded is what was hashed. Only the folder itself is looked at, not those above it.
 * @param root real path
 * @throws InvalidRequestError `workspace_too_large`
 */
export async function readWorkspace(root: string): Promise<WorkspaceContent> {
  const finder = fileFinder(root);
  const items = await instructionsOf(finder);
  for (const file of ['.claude/settings.json', '.claude/settings.local.json']) {
    const found = await finder.read(file);
    if (found !== null) items.push(...settingsItems(found));
  }
  const servers = await finder.read('.mcp.json');
  if (servers !== null) items.push(...mcpServerItems(servers));
  items.push(
    ...(await finder.below('.claude/rules')).map((found) => listed('instructions', 'Rules', found)),
    ...(await finder.below('.claude/commands')).map((found) => listed('command', 'A command', found)),
    ...(await finder.below('.claude/agents')).map((found) => listed('agent', 'A subagent', found)),
    ...(await finder.below('.claude/skills')).flatMap((found) =>
      // What else is in a skill's folder belongs to it, and counts for the hash.
      found.file.endsWith('/SKILL.md') || found.text === null ? [listed('skill', 'A skill', found)] : [],
    ),
  );
  return { hash: hashOf(finder.found()), items, instructions: instructionText(items) };
}

function listed(kind: WorkspaceItem['kind'], summary: string, { file, text }: FoundFile): WorkspaceItem {
  const parts = file.split('/').slice(2);
  const name = (kind === 'skill' && parts.length > 1 ? parts.slice(0, -1) : parts)
    .join('/')
    .replace(/\.md$/, '');
  return refused(kind, name || file, file, summary, text === null ? leadsOut : notYet);
}

function hashOf(files: readonly FoundFile[]): string {
  const lines = files.map(({ file, hash }) => `${JSON.stringify(file)} ${hash}`);
  return sha256(['postern workspace 1', ...lines.toSorted()].join('\n'));
}
