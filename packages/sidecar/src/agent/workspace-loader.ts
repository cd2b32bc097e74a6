import { type LoadedWorkspace, nothingLoaded } from '../trust/index.ts';
import type { AgentDeps } from './agent.ts';

/**
 * What a query in a folder is given: what the folder gives, where the user trusts it, and the user’s own MCP servers. One of their own goes
 * before one of the folder’s that has its name. Null: a folder of the conversation’s own.
 */
export function workspaceLoader({
  workspaceTrust,
  mcp,
}: Pick<AgentDeps, 'workspaceTrust' | 'mcp'>): (workspace: string | null) => Promise<LoadedWorkspace> {
  return async (workspace) => {
    const loaded =
      workspace === null || workspaceTrust === undefined
        ? nothingLoaded
        : await workspaceTrust.load(workspace);
    if (mcp === undefined) return { ...loaded, servers: [] };
    const own = mcp.definitions();
    const names = new Set(own.map(({ name }) => name.toLowerCase()));
    return {
      ...loaded,
      servers: [...own, ...loaded.servers.filter(({ name }) => !names.has(name.toLowerCase()))],
    };
  };
}
