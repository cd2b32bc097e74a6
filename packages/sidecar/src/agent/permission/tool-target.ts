import { join, resolve } from 'node:path';
import { type FileTool, fileTools } from '@postern/contract';
import { isWithin } from '../../files/index.ts';
import { isProtectedFile } from './protected-file.ts';
import { realPlace } from './real-place.ts';

/** The folders by which a place is judged. Real paths. */
export interface TargetContext {
  readonly workspace: string;
  /** The user's home folder. */
  readonly home: string;
}

/** The place in the file system that a tool call is about. */
export interface ToolTarget {
  /** The input member that names it; null where the call names none and means the workspace. */
  readonly member: 'file_path' | 'notebook_path' | 'path' | null;
  /** Absolute, links resolved; null where the system cannot say. */
  readonly path: string | null;
  /** Whether it is outside the workspace, or unknown. */
  readonly outside: boolean;
  /** Whether the path that the agent named leads through a link. */
  readonly throughLink: boolean;
  /** Whether programs run or obey the file automatically. */
  readonly isProtected: boolean;
}

type Member = NonNullable<ToolTarget['member']>;
const members: readonly Member[] = ['file_path', 'notebook_path', 'path'];
const searches: ReadonlySet<string> = new Set(['Glob', 'Grep']);
/** The one member by which a tool of the program takes its path. Source: `sdk-tools.d.ts` of 0.3.332. */
const memberOf: Readonly<Record<FileTool, Member>> = {
  Read: 'file_path',
  Write: 'file_path',
  Edit: 'file_path',
  MultiEdit: 'file_path',
  NotebookEdit: 'notebook_path',
  Glob: 'path',
  Grep: 'path',
};

/**
 * Where a tool call acts; null where it names no place. The program expands `~`, and takes a relative path from the workspace: so does
 * this.
 */
export async function toolTarget(
  toolName: string,
  input: Readonly<Record<string, unknown>>,
  { workspace, home }: TargetContext,
): Promise<ToolTarget | null> {
  const fileTool = fileTools.find((tool) => tool === toolName);
  const named = members.filter((name) => input[name] !== undefined);
  const own = fileTool === undefined ? named[0] : memberOf[fileTool];
  const member = own !== undefined && named.includes(own) ? own : null;
  if (member === null && !searches.has(toolName) && named.length === 0) return null;
  const text = member === null ? '' : input[member];
  // A second path, or one that is no text, is none that can be judged.
  const isOdd = fileTool !== undefined && (named.some((name) => name !== member) || typeof text !== 'string');
  const wanted = isOdd ? null : placeNamed(toolName, String(text), input['pattern'], { workspace, home });
  const path = wanted === null ? null : trimmed(await realPlace(wanted));
  return {
    member,
    path,
    outside: path === null || !isWithin(path, workspace),
    throughLink: path !== null && wanted !== null && path !== wanted,
    isProtected: path !== null && isProtectedFile(path, { workspace, home }),
  };
}

/** Whether the program's own tool acts on files, so that its path member means what it says. */
export function isFileTool(toolName: string): boolean {
  return fileTools.some((tool) => tool === toolName);
}

/** The absolute path that a call names, links unresolved; null where its pattern leads out behind a wildcard. */
function placeNamed(
  toolName: string,
  named: string,
  pattern: unknown,
  { workspace, home }: TargetContext,
): string | null {
  const folder = resolve(workspace, expanded(named, home));
  if (toolName !== 'Glob' || typeof pattern !== 'string') return folder;
  // A pattern may lead elsewhere: `../*` and `/etc/*`.
  const { before, behind } = splitPattern(expanded(pattern, home));
  return behind.split(/[/\\,{}]/).includes('..') ? null : resolve(folder, before);
}

/** A name that ends in a blank is another one to the program, which trims: it is none that can be judged. */
function trimmed(path: string | null): string | null {
  return path === null || path.trim() !== path ? null : path;
}

/** The program trims a path before it looks at it. Source: program 2.1.332. */
function expanded(named: string, home: string): string {
  const path = named.trim();
  if (path === '~') return home;
  return /^~[/\\]/.test(path) ? join(home, path.slice(2)) : path;
}

/** The folders that a pattern names before its first wildcard, as the program splits it: `src` of `src/*.ts`. */
function splitPattern(pattern: string): { readonly before: string; readonly behind: string } {
  const at = pattern.search(/[*?[{]/);
  if (at === -1) return { before: pattern, behind: '' };
  const slash = pattern.lastIndexOf('/', at);
  return {
    before: slash === 0 ? '/' : pattern.slice(0, Math.max(0, slash)),
    behind: pattern.slice(slash + 1),
  };
}
