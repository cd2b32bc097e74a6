import { isAbsolute, join, resolve } from 'node:path';
import { fileTools } from '@postern/contract';
import { isWithin } from '../workspace.ts';
import { isProtectedFile } from './protected-file.ts';
import { realPlace } from './real-place.ts';

/** The folders by which a place is judged. Real paths. */
export interface Surroundings {
  readonly workspace: string;
  /** The person's home folder. */
  readonly home: string;
}

/** The place in the file system that a tool call is about. */
export interface ToolTarget {
  /** The input member that names it; null where the call names none and means the workspace. */
  readonly member: 'file_path' | 'notebook_path' | 'path' | null;
  /** Absolute, links resolved; null where the system cannot say. */
  readonly path: string | null;
  /** Whether it is outside the workspace, or cannot be told. */
  readonly outside: boolean;
  /** Whether the path that the agent named leads through a link. */
  readonly throughLink: boolean;
  /** Whether programs run or obey the file by themselves. */
  readonly isProtected: boolean;
}

const members = ['file_path', 'notebook_path', 'path'] as const;
const searches: ReadonlySet<string> = new Set(['Glob', 'Grep']);

/**
 * Where a tool call acts; null where it names no place. The program expands `~`, and takes a relative path from the workspace: so does
 * this.
 */
export async function toolTarget(
  toolName: string,
  input: Readonly<Record<string, unknown>>,
  { workspace, home }: Surroundings,
): Promise<ToolTarget | null> {
  const member = members.find((name) => typeof input[name] === 'string') ?? null;
  const isSearch = searches.has(toolName);
  if (member === null && !isSearch) return null;
  const named = member === null ? '' : String(input[member]);
  const folder = resolve(workspace, expanded(named, home));
  // A pattern may lead elsewhere by itself: `../*` and `/etc/*`.
  const { pattern } = input;
  const wanted =
    toolName === 'Glob' && typeof pattern === 'string'
      ? resolve(folder, beforeWildcards(expanded(pattern, home)))
      : folder;
  const path = await realPlace(wanted);
  return {
    member,
    path,
    outside: path === null || !isWithin(path, workspace),
    throughLink: path !== null && path !== wanted,
    isProtected: path !== null && isProtectedFile(path, { workspace, home }),
  };
}

/** Whether the program's own tool acts on files, so that its path member means what it says. */
export function isFileTool(toolName: string): boolean {
  return fileTools.some((tool) => tool === toolName);
}

function expanded(path: string, home: string): string {
  if (path === '~') return home;
  return /^~[/\\]/.test(path) ? join(home, path.slice(2)) : path;
}

/** The folders that a pattern names before its first wildcard: `src` of `src/*.ts`. */
function beforeWildcards(pattern: string): string {
  const parts = pattern.split('/');
  const wild = parts.findIndex((part) => /[*?[\]{}!]/.test(part));
  const fixed = (wild === -1 ? parts : parts.slice(0, wild)).join('/');
  return fixed === '' && isAbsolute(pattern) ? '/' : fixed;
}
