import { join } from 'node:path';
import { isSecretName, type WorkspaceItem } from '@postern/contract';
import { Failure } from '../errors/index.ts';
import {
  type FolderServerRules,
  namedFiles,
  type PinnedFile,
  readFolderServer,
  type ServerDefinition,
} from '../mcp/index.ts';
import type { FileFinder } from './found-files.ts';
import { isRecord, jsonObjectIn, refused } from './settings-items.ts';

/** The servers of a folder’s `.mcp.json`. */
export interface FolderServers {
  readonly items: readonly WorkspaceItem[];
  /** Those that load. */
  readonly servers: readonly ServerDefinition[];
}

/** Most servers of one folder. */
const mostServers = 50;
/** Where a folder’s servers are listed. */
export const serverFile = '.mcp.json';
const file = serverFile;

/**
 * Reads `.mcp.json`, and the files of the folder that its servers are started with: they count for the hash, and a server whose file is
 * another when it starts is not started.
 * @throws InvalidRequestError `workspace_too_large` where `.mcp.json` itself is
 */
export async function serversOf(finder: FileFinder, rules: FolderServerRules): Promise<FolderServers> {
  const found = await finder.read(file);
  if (found === null) return { items: [], servers: [] };
  const document = jsonObjectIn(found);
  if (typeof document === 'string')
    return { items: [refused('mcp_server', file, file, 'MCP servers', document)], servers: [] };
  const listed = isRecord(document['mcpServers']) ? document['mcpServers'] : {};
  const items: WorkspaceItem[] = [];
  const servers: ServerDefinition[] = [];
  for (const [name, value] of Object.entries(listed)) {
    const read =
      servers.length < mostServers
        ? readFolderServer(name, value, rules)
        : `No more than ${mostServers} servers load.`;
    const pinned = typeof read === 'string' ? read : await pinnedFiles(finder, read.server, rules.root);
    if (typeof read === 'string' || typeof pinned === 'string') {
      const reason = typeof read === 'string' ? read : String(pinned);
      items.push(refused('mcp_server', name, file, summaryOf(value), reason));
      continue;
    }
    const { server, leftOut } = read;
    servers.push(server.kind === 'stdio' ? { ...server, files: pinned } : server);
    items.push({
      ...{ kind: 'mcp_server', name, file, summary: summaryOf(value), loads: true },
      reason: leftOut.length === 0 ? null : `Not taken from it: ${leftOut.join(', ')}.`,
      text: textOf(value),
    });
  }
  return { items, servers };
}

/** Files of the folder among what a server is started with; a sentence: why it must not start. */
async function pinnedFiles(
  finder: FileFinder,
  server: ServerDefinition,
  root: string,
): Promise<readonly PinnedFile[] | string> {
  const files: PinnedFile[] = [];
  for (const name of namedFiles(server, root)) {
    try {
      const found = await finder.read(name);
      if (found === null) continue;
      if (found.text === null) return `It is started with ${name}, a link that leads out of the folder.`;
      files.push({ path: join(root, ...name.split('/')), hash: found.hash });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return `It is started with ${name}, which is too large to be looked at.`;
    }
  }
  return files;
}

function summaryOf(value: unknown): string {
  const { command, url } = isRecord(value) ? value : {};
  if (typeof command === 'string') return `Runs ${command.split(/\s/)[0]}`;
  return typeof url === 'string' && URL.canParse(url) ? `Calls ${new URL(url).host}` : 'An MCP server';
}

/** As it is written, but for values that may be secrets. */
function textOf(value: unknown): string {
  const shown = (name: string, each: unknown): unknown => {
    if (!isRecord(each) || (name !== 'env' && name !== 'headers')) return each;
    return Object.fromEntries(
      Object.entries(each).map(([key, text]) => [key, isSecretName(key) ? '(not shown)' : text]),
    );
  };
  return JSON.stringify(value, shown, 2);
}
