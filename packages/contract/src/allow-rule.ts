import { isAbsolutePath } from './absolute-path.ts';
import { mcpToolOf } from './tool-call.ts';

/** Tools that act on files below a folder, or on the files directly in it. */
export const fileTools = ['Read', 'Write', 'Edit', 'MultiEdit', 'NotebookEdit', 'Glob', 'Grep'] as const;
export type FileTool = (typeof fileTools)[number];
/** Tools that reach one host. */
const hostTools = ['WebFetch', 'SandboxNetworkAccess'] as const;
type HostTool = (typeof hostTools)[number];

/**
 * What a remembered answer covers, and nothing beyond it: files of one folder for one tool, one command to the letter, one host, or one
 * tool of an MCP server. It holds in the workspace in which it was given.
 */
export type AllowRule =
  | {
      readonly type: 'files';
      readonly tool: FileTool;
      /** Real, absolute path. */
      readonly folder: string;
      /** Whether the folders below it are covered as well. */
      readonly below: boolean;
    }
  | { readonly type: 'command'; readonly command: string }
  | { readonly type: 'host'; readonly tool: HostTool; readonly host: string }
  | { readonly type: 'tool'; readonly tool: string };

/** The longest rule that is kept, in characters: a command that is longer is asked for each time. */
export const longestRule = 8192;

/** A rule as settings keep it: `Write(/projects/**)`, `Write(/etc/app/*)`, `Bash(npm test)`, `WebFetch(domain:example.com)`, `mcp__files__list`. */
export function formatAllowRule(rule: AllowRule): string {
  switch (rule.type) {
    case 'files':
      return `${rule.tool}(${rule.folder === '/' ? '' : rule.folder}/${rule.below ? '**' : '*'})`;
    case 'command':
      return `Bash(${rule.command})`;
    case 'host':
      return rule.tool === 'WebFetch' ? `WebFetch(domain:${rule.host})` : `${rule.tool}(${rule.host})`;
    case 'tool':
      return rule.tool;
  }
}

/** The rule that `text` says, or null where it says none: what is not understood allows nothing. */
export function parseAllowRule(text: string): AllowRule | null {
  const match = /^([A-Za-z]+)\((.*)\)$/s.exec(text);
  const rule =
    match?.[1] === undefined || match[2] === undefined ? wholeTool(text) : ruleOf(match[1], match[2]);
  // Only what is written as it would be written again is a rule: one text, one meaning.
  return rule !== null && text.length <= longestRule && formatAllowRule(rule) === text ? rule : null;
}

function ruleOf(tool: string, scope: string): AllowRule | null {
  if (tool === 'Bash') return scope.trim() === '' ? null : { type: 'command', command: scope };
  const fileTool = fileTools.find((each) => each === tool);
  if (fileTool !== undefined) {
    const files = /^(.*)\/(\*\*?)$/s.exec(scope);
    if (files?.[1] === undefined || (files[1] !== '' && !isAbsolutePath(files[1]))) return null;
    return {
      type: 'files',
      tool: fileTool,
      folder: files[1] === '' ? '/' : files[1],
      below: files[2] === '**',
    };
  }
  const hostTool = hostTools.find((each) => each === tool);
  if (hostTool === undefined) return null;
  const host = hostTool === 'WebFetch' ? /^domain:(.*)$/s.exec(scope)?.[1] : scope;
  return host === undefined || !/^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])$/.test(host)
    ? null
    : { type: 'host', tool: hostTool, host };
}

function wholeTool(name: string): AllowRule | null {
  return name === 'WebSearch' || (mcpToolOf(name) !== null && /^[A-Za-z0-9_.:-]+$/.test(name))
    ? { type: 'tool', tool: name }
    : null;
}

const doing: { readonly [Tool in FileTool]: string } = {
  Read: 'read files',
  Write: 'write files',
  Edit: 'change files',
  MultiEdit: 'change files',
  NotebookEdit: 'change notebooks',
  Glob: 'find files',
  Grep: 'search in files',
};

/** A rule as the user reads it, to go on after “The agent may …”: `write files in /projects and the folders below it`. */
export function allowRuleInWords(rule: AllowRule): string {
  switch (rule.type) {
    case 'files':
      return `${doing[rule.tool]} ${rule.below ? `in ${rule.folder} and the folders below it` : `directly in ${rule.folder}`}`;
    case 'command':
      return `run exactly this command: ${rule.command}`;
    case 'host':
      return `${rule.tool === 'WebFetch' ? 'fetch pages from' : 'let its commands connect to'} ${rule.host}`;
    case 'tool': {
      const mcp = mcpToolOf(rule.tool);
      return mcp === null ? 'search the web' : `use ${mcp.tool} of the MCP server ${mcp.server}`;
    }
  }
}

/** What became of the answers that an earlier version remembered by the tool's name alone. */
export interface NarrowedRules {
  readonly rules: Record<string, string[]>;
  /** Names that now cover only the workspace's own files. */
  readonly narrowed: number;
  /** Names that covered too much to be kept; the user is asked again. */
  readonly dropped: number;
}

/**
 * Remembered answers of an earlier version, each as narrow as what its question showed: a file tool holds inside its workspace, a
 * command or a page that was not kept is asked for again. Rules of this version stay.
 */
export function narrowRules(remembered: Readonly<Record<string, readonly string[]>>): NarrowedRules {
  const rules: Record<string, string[]> = {};
  let narrowed = 0;
  let dropped = 0;
  for (const [workspace, texts] of Object.entries(remembered)) {
    const kept = new Set<string>();
    for (const text of texts) {
      const rule = parseAllowRule(text) ?? fileRuleOf(text, workspace);
      if (rule === null) {
        dropped += 1;
        continue;
      }
      const canonical = formatAllowRule(rule);
      if (canonical !== text) narrowed += 1;
      kept.add(canonical);
    }
    if (kept.size > 0) rules[workspace] = [...kept];
  }
  return { rules, narrowed, dropped };
}

function fileRuleOf(name: string, workspace: string): AllowRule | null {
  const tool = fileTools.find((each) => each === name);
  return tool === undefined || !isAbsolutePath(workspace)
    ? null
    : { type: 'files', tool, folder: workspace, below: true };
}
