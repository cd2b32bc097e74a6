import { isAbsolute, join, resolve } from 'node:path';
import { holdsPassword, isMcpServerName, isReservedVariable } from '@postern/contract';
import type { RemoteServer, ServerDefinition } from './server-definition.ts';

/** What a folder’s servers are judged by. */
export interface FolderServerRules {
  /** Real path of the folder. */
  readonly root: string;
  /** Postern’s own folders, absolute, under every name they have. */
  readonly ownFolders: readonly string[];
  /** What `${NAME}` may stand for. */
  readonly variables: Readonly<Record<string, string>>;
}

/** A server of `.mcp.json` that can be started, and what of it is left out. */
export interface ReadFolderServer {
  readonly server: ServerDefinition;
  readonly leftOut: readonly string[];
}

/** Most arguments, and characters of one text. */
const mostArguments = 100;
const longest = 8192;

const known = new Set(['type', 'command', 'args', 'env', 'url', 'headers', 'oauth']);

/**
 * Reads one server of `.mcp.json`; a sentence: why it does not load. Files of the folder are not pinned yet. Pure.
 * Source: https://code.claude.com/docs/en/mcp, `.mcp.json` and its variables.
 */
export function readFolderServer(
  name: string,
  value: unknown,
  rules: FolderServerRules,
): ReadFolderServer | string {
  if (!isMcpServerName(name)) return 'Its name has characters that a tool’s name cannot have.';
  if (!isRecord(value)) return 'It is not a JSON object.';
  const other = Object.keys(value).filter((key) => !known.has(key));
  const named = { name, origin: 'folder' } as const;
  try {
    if (value['url'] !== undefined && value['command'] === undefined) {
      const kind = value['type'] === 'sse' ? 'sse' : 'http';
      if (!['http', 'sse', 'streamable-http', undefined].some((type) => type === value['type']))
        return unknownType;
      const url = expanded(value['url'], rules, 'url');
      const headers = textsOf(value['headers'], rules, 'headers');
      if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
        return 'Its address is not an http or https URL.';
      if (holdsPassword(url)) return 'Its address holds a password.';
      const { oauth } = value;
      const client = clientOf(oauth);
      const unread = oauth === undefined || client !== null ? [] : ['oauth'];
      const server = { ...named, kind, url, headers, ...(client === null ? {} : { oauth: client }) } as const;
      return { server, leftOut: [...other, ...unread] };
    }
    if (value['type'] !== undefined && value['type'] !== 'stdio') return unknownType;
    const command = expanded(value['command'], rules, 'command');
    const list: unknown = value['args'] ?? [];
    if (!Array.isArray(list) || list.length > mostArguments)
      return 'Its arguments are not a list that can be used.';
    const args = list.map((each: unknown) => expanded(each, rules, 'args'));
    const all = textsOf(value['env'], rules, 'env');
    const reserved = Object.keys(all).filter(isReservedVariable);
    const env = Object.fromEntries(Object.entries(all).filter(([key]) => !reserved.includes(key)));
    if ([command, ...args, ...Object.values(env)].some((text) => namesOurs(text, rules)))
      return 'It names a folder of Postern’s own.';
    const leftOut = [...other, ...reserved.map((key) => `the variable ${key}`)];
    return { server: { ...named, kind: 'stdio', command, args, env, files: [] }, leftOut };
  } catch (error) {
    if (error instanceof Unusable) return error.message;
    throw error;
  }
}

/** An argument that is run rather than read: data that a server works on may change without a question. */
const script = /\.(?:[cm]?[jt]s|py|rb|pl|php|lua|sh|bash|ps1|bat|cmd|exe|jar|wasm)$/i;

/** Programs and scripts of the folder that a server is started with, relative to it with `/`: they are part of what is trusted. Pure. */
export function namedFiles(server: ServerDefinition, root: string): readonly string[] {
  if (server.kind !== 'stdio') return [];
  const files = [server.command, ...server.args].flatMap((text) => {
    const value = text.startsWith('--') && text.includes('=') ? text.slice(text.indexOf('=') + 1) : text;
    // A bare command is looked for on PATH.
    if (text === server.command ? !/[\\/]/.test(value) : !script.test(value)) return [];
    const path = resolve(root, value);
    return path.startsWith(join(root, '/')) ? [path.slice(join(root, '/').length).split('\\').join('/')] : [];
  });
  return [...new Set(files)];
}

/** Source: https://code.claude.com/docs/en/mcp, "Use pre-configured OAuth credentials". */
function clientOf(value: unknown): NonNullable<RemoteServer['oauth']> | null {
  if (!isRecord(value)) return null;
  const { clientId, callbackPort } = value;
  if (typeof clientId !== 'string' || !/^[!-~]{1,512}$/.test(clientId)) return null;
  if (callbackPort === undefined) return { clientId };
  const isPort =
    Number.isInteger(callbackPort) && Number(callbackPort) >= 1024 && Number(callbackPort) <= 65_535;
  return isPort ? { clientId, callbackPort: Number(callbackPort) } : null;
}

const unknownType = 'Its type is not one that Postern knows: stdio, http, sse.';

class Unusable extends Error {}

function textsOf(value: unknown, rules: FolderServerRules, where: string): Record<string, string> {
  if (value === undefined) return {};
  if (!isRecord(value)) throw new Unusable(`Its "${where}" is not a JSON object.`);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, expanded(each, rules, where)]));
}

/** `${NAME}` and `${NAME:-default}`, out of what every server gets: a folder does not name a secret of the user’s environment. */
function expanded(value: unknown, { variables }: FolderServerRules, where: string): string {
  if (
    typeof value !== 'string' ||
    value.length > longest ||
    value.includes('\0') ||
    (where === 'command' && value === '')
  )
    throw new Unusable(`Its "${where}" cannot be used.`);
  return value.replace(
    /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g,
    (_, name: string, otherwise?: string) => {
      const found = Object.hasOwn(variables, name) ? variables[name] : undefined;
      if (found !== undefined && found !== '') return found;
      if (otherwise !== undefined) return otherwise;
      throw new Unusable(
        `It needs the variable ${name}, which a folder’s server does not get. Add it as your own server.`,
      );
    },
  );
}

function namesOurs(text: string, { root, ownFolders }: FolderServerRules): boolean {
  return ownFolders.some((folder) => {
    if (text.includes(folder)) return true;
    const path = isAbsolute(text) ? resolve(text) : resolve(root, text);
    return path === folder || path.startsWith(join(folder, '/'));
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
