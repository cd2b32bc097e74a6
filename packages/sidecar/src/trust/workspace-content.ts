import type { WorkspaceItem } from '@postern/contract';
import type { FolderServerRules, ServerDefinition } from '../mcp/index.ts';
import { type FoundFile, fileFinder, sha256 } from './found-files.ts';
import { instructionFiles, instructionsOf, instructionText } from './instructions.ts';
import { commandsIn, type LoadedCommand, type LoadedSubagent, skillsIn, subagentsIn } from './loadable.ts';
import { serverFile, serversOf } from './server-items.ts';
import { settingsItems } from './settings-items.ts';

/** What in a folder would shape an agent there, out of one reading. */
export interface WorkspaceContent {
  /** Of every file that was read, and of every link that was not followed. */
  readonly hash: string;
  readonly items: readonly WorkspaceItem[];
  /** The text of the instructions that load, of this very reading; null: none do. */
  readonly instructions: string | null;
  /** The skills and commands that load, of this very reading. */
  readonly commands: readonly LoadedCommand[];
  readonly subagents: readonly LoadedSubagent[];
  /** The MCP servers that may be started. */
  readonly servers: readonly ServerDefinition[];
}

const settingsFiles = ['.claude/settings.json', '.claude/settings.local.json'];
const files = [...instructionFiles, ...settingsFiles, serverFile];
const folders = ['.claude/rules', '.claude/skills', '.claude/commands', '.claude/agents'];

/**
 * Reads a folder: each file once, so that what is loaded is what was hashed. Only the folder itself is looked at, not those above it.
 * @param root real path
 * @throws InvalidRequestError `workspace_too_large`
 */
export async function readWorkspace(
  root: string,
  rules: Omit<FolderServerRules, 'root'>,
): Promise<WorkspaceContent> {
  const finder = fileFinder(root);
  // Every query waits for this: what is looked at anyway is looked at together.
  await Promise.all([...files.map(finder.read), ...folders.map(finder.below)]);
  const items = await instructionsOf(finder);
  for (const file of settingsFiles) {
    const found = await finder.read(file);
    if (found !== null) items.push(...settingsItems(found));
  }
  const { items: serverItems, servers } = await serversOf(finder, { ...rules, root });
  items.push(...serverItems);
  const skills = skillsIn(await finder.below('.claude/skills'));
  const taken = new Set(skills.flatMap(({ loaded }) => (loaded === null ? [] : [loaded.name.toLowerCase()])));
  const commands = commandsIn(await finder.below('.claude/commands'), taken);
  const subagents = subagentsIn(await finder.below('.claude/agents'));
  items.push(...[...commands, ...subagents, ...skills].map(({ item }) => item));
  return {
    hash: hashOf(finder.found(), servers.length > 0),
    items,
    instructions: instructionText(items),
    commands: [...skills, ...commands].flatMap(({ loaded }) => loaded ?? []),
    subagents: subagents.flatMap(({ loaded }) => loaded ?? []),
    servers,
  };
}

/** Folders whose servers were trusted before any of them could start are asked about again. */
function hashOf(files: readonly FoundFile[], startsServers: boolean): string {
  const lines = files.map(({ file, hash }) => `${JSON.stringify(file)} ${hash}`);
  return sha256([`postern workspace ${startsServers ? 2 : 1}`, ...lines.toSorted()].join('\n'));
}
