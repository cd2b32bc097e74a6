import { dirname } from 'node:path';
import {
  type AllowRule,
  fileTools,
  formatAllowRule,
  hasHiddenText,
  holdsCredential,
  longestRule,
  mcpToolOf,
  parseAllowRule,
} from '@postern/contract';
import { isWithin } from '../../files/index.ts';
import type { TargetContext, ToolTarget } from './tool-target.ts';

/** A tool call as rules see it. */
export interface JudgedCall {
  readonly toolName: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly target: ToolTarget | null;
  readonly context: TargetContext;
}

const searches: ReadonlySet<string> = new Set(['Glob', 'Grep']);
/** Tools that only look; a protected file of the workspace may be looked at. */
const looks: ReadonlySet<string> = new Set(['Read', 'Glob', 'Grep']);
/** Members of a command that change nothing of what runs. Any other, and the call is asked for each time. */
const plainCommand: ReadonlySet<string> = new Set(['command', 'description', 'timeout']);

/**
 * The narrowest rule that is of use for a call, which is what “always” would remember; null where it is asked for each time: a
 * protected file, a folder that is too much to allow, a command with members or characters beyond the ordinary, a tool that is not known,
 * and whatever holds a credential: a rule is kept as it is, and never sealed.
 */
export function ruleFor(call: JudgedCall): AllowRule | null {
  const rule = narrowestRule(call);
  return rule !== null && holdsCredential(formatAllowRule(rule)) ? null : rule;
}

function narrowestRule(call: JudgedCall): AllowRule | null {
  const { toolName, input, target, context } = call;
  const fileTool = fileTools.find((tool) => tool === toolName);
  if (fileTool !== undefined) {
    if (target?.path == null || isClosed(target, toolName)) return null;
    if (!target.outside) return { type: 'files', tool: fileTool, folder: context.workspace, below: true };
    const below = searches.has(toolName);
    const folder = below ? target.path : dirname(target.path);
    return isTooMuch(folder, context, below) || hasHiddenText(folder)
      ? null
      : { type: 'files', tool: fileTool, folder, below };
  }
  if (toolName === 'Bash') {
    const command = plainCommandOf(input);
    return command === null || command.length > longestRule - 10 || hasHiddenText(command)
      ? null
      : { type: 'command', command };
  }
  if (toolName === 'WebFetch') {
    const host = fetchedHost(input);
    return host === null ? null : { type: 'host', tool: toolName, host };
  }
  if (toolName === 'SandboxNetworkAccess') {
    const { host } = input;
    return typeof host === 'string' && host !== ''
      ? { type: 'host', tool: toolName, host: host.toLowerCase() }
      : null;
  }
  return toolName === 'WebSearch' || mcpToolOf(toolName) !== null ? { type: 'tool', tool: toolName } : null;
}

/** Whether one of the remembered rules covers the call; a text that is no rule covers nothing. */
export function isCovered(call: JudgedCall, rules: readonly string[]): boolean {
  return rules.some((text) => {
    const rule = parseAllowRule(text);
    return rule !== null && covers(rule, call);
  });
}

function covers(rule: AllowRule, { toolName, input, target }: JudgedCall): boolean {
  switch (rule.type) {
    case 'files': {
      if (rule.tool !== toolName || target?.path == null || isClosed(target, toolName)) return false;
      if (rule.below) return isWithin(target.path, rule.folder);
      return !searches.has(toolName) && dirname(target.path) === rule.folder;
    }
    case 'command':
      return toolName === 'Bash' && plainCommandOf(input) === rule.command;
    case 'host': {
      const host = toolName === 'WebFetch' ? fetchedHost(input) : input['host'];
      return rule.tool === toolName && typeof host === 'string' && host.toLowerCase() === rule.host;
    }
    case 'tool':
      return rule.tool === toolName;
  }
}

/** Whether a place is asked about each time, whatever was remembered. */
function isClosed({ isProtected, outside }: ToolTarget, toolName: string): boolean {
  return isProtected && (outside || !looks.has(toolName));
}

/** The command of a call that is nothing but that command, run in the foreground; null for any other. */
function plainCommandOf(input: Readonly<Record<string, unknown>>): string | null {
  const { command } = input;
  const isPlain = Object.entries(input).every(
    ([member, value]) => plainCommand.has(member) || value === undefined || value === false,
  );
  return typeof command === 'string' && isPlain ? command : null;
}

/** The address of a page, as the network knows it; null where it is none. */
export function fetchedUrl(input: Readonly<Record<string, unknown>>): URL | null {
  const { url: address } = input;
  const url = typeof address === 'string' ? URL.parse(address) : null;
  return url !== null && /^https?:$/.test(url.protocol) && url.hostname !== '' ? url : null;
}

/** The host a page is fetched from, for a rule; null where the address carries a name and a password. */
function fetchedHost(input: Readonly<Record<string, unknown>>): string | null {
  const url = fetchedUrl(input);
  return url === null || url.username !== '' || url.password !== '' ? null : url.hostname;
}

/** The root, the home folder or what holds it or the workspace: for a search always, for single files the root and the home folder. */
function isTooMuch(folder: string, { workspace, home }: TargetContext, below: boolean): boolean {
  return (
    dirname(folder) === folder ||
    folder === home ||
    (below && (isWithin(home, folder) || isWithin(workspace, folder)))
  );
}
