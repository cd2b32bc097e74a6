import { relative, sep } from 'node:path';
import { isWithin } from '../../files/index.ts';
import type { TargetContext } from './tool-target.ts';

/**
 * Names of files and folders that programs run or obey automatically: hooks, shells, editors, build tools and agents. Writing one is
 * asked for each time, in a workspace that allows writing too.
 */
const protectedNames: ReadonlySet<string> = new Set([
  ...['.git', '.gitconfig', '.gitmodules', '.gitattributes', '.husky', '.hg', '.svn'],
  ...['.claude', '.claude.json', '.mcp.json', 'claude.md', 'claude.local.md', 'agents.md'],
  ...['.vscode', '.idea', '.devcontainer', '.cursor', '.zed', '.github', '.gitlab-ci.yml'],
  ...[
    '.bashrc',
    '.bash_profile',
    '.bash_login',
    '.bash_logout',
    '.profile',
    '.zshrc',
    '.zshenv',
    '.zprofile',
    '.zlogin',
  ],
  ...[
    '.envrc',
    '.npmrc',
    '.yarnrc',
    '.yarnrc.yml',
    '.pnpmfile.cjs',
    '.ssh',
    '.gnupg',
    '.netrc',
    '.ripgreprc',
    '.editorconfig',
    '.cargo',
    '.vimrc',
    '.exrc',
    '.pre-commit-config.yaml',
    '.mise.toml',
  ],
]);

/**
 * Whether `path` is one of these, or lies in one; outside the workspace also every hidden file of the user's home and every folder
 * of the system. `path` is a real path. Letter case counts as the same: on some file systems it is.
 */
export function isProtectedFile(path: string, { workspace, home }: TargetContext): boolean {
  if (isWithin(path, workspace)) return hasProtectedPart(relative(workspace, path));
  if (isWithin(path, home))
    return relative(home, path)
      .split(sep)
      .some((part) => part.startsWith('.'));
  return hasProtectedPart(path) || systemFolders.some((folder) => isWithin(path, folder));
}

/** Folders in which a file changes how the machine works. Source: Filesystem Hierarchy Standard 3.0; macOS file system layout. */
const systemFolders =
  process.platform === 'win32'
    ? ['C:\\Windows', 'C:\\Program Files', 'C:\\Program Files (x86)', 'C:\\ProgramData']
    : [
        ...[
          '/bin',
          '/boot',
          '/dev',
          '/etc',
          '/lib',
          '/lib64',
          '/proc',
          '/root',
          '/run',
          '/sbin',
          '/sys',
          '/usr',
          '/var/spool',
        ],
        ...['/System', '/Library', '/Applications', '/private/etc', '/private/var/root'],
      ];

function hasProtectedPart(path: string): boolean {
  return path.split(sep).some((part) => protectedNames.has(folded(part)) || isOtherNameOnWindows(part));
}

/** As file systems that ignore letter case fold it: `ſ` and the Kelvin sign among the letters. */
function folded(part: string): string {
  return part.normalize('NFKC').toUpperCase().toLowerCase();
}

/** Windows takes these for another name: a dot or a blank at the end, a stream, a short name. */
function isOtherNameOnWindows(part: string): boolean {
  return process.platform === 'win32' && /[. ]$|:.|~\d/.test(part);
}
