import type { EditorServers, McpServerState } from '@postern/contract';
import { editorServers, type ServerDefinition } from '../mcp/index.ts';
import { nothingLoaded } from '../trust/index.ts';
import type { AgentDeps } from './agent.ts';
import type { WorkspaceLoad } from './child/index.ts';

/**
 * What a query in a folder is given: what the folder gives, where the user trusts it, and MCP servers: the user's own, then the folder's,
 * then the editor's, each name once. An editor may send what stands in the folder's own settings, so its servers need the same trust.
 */
export function workspaceLoader({
  workspaceTrust,
  mcp,
}: Pick<AgentDeps, 'workspaceTrust' | 'mcp'>): (
  workspace: string | null,
  sent: EditorServers | undefined,
) => Promise<WorkspaceLoad> {
  return async (workspace, sent) => {
    const loaded =
      workspace === null || workspaceTrust === undefined
        ? nothingLoaded
        : await workspaceTrust.load(workspace);
    if (mcp === undefined) return { ...loaded, servers: [], serversLeftOut: [] };
    const taken = new Set<string>();
    const servers: ServerDefinition[] = [];
    const serversLeftOut: McpServerState[] = [];
    for (const server of [...mcp.definitions(), ...loaded.servers, ...editorServers(sent)]) {
      const name = server.name.toLowerCase();
      if (server.origin === 'editor' && loaded.trust !== 'trusted')
        serversLeftOut.push(
          leftOut(server, 'This folder is not trusted.', 'Trust it, in Postern or with: postern trust'),
        );
      else if (taken.has(name))
        serversLeftOut.push(
          leftOut(server, 'Another server has its name.', 'Give one of them another name.'),
        );
      else servers.push(server.kind === 'stdio' ? server : { ...server, revision: mcp.revision });
      if (!(server.origin === 'editor' && loaded.trust !== 'trusted')) taken.add(name);
    }
    return { ...loaded, servers, serversLeftOut };
  };
}

function leftOut({ name, origin }: ServerDefinition, reason: string, nextStep: string): McpServerState {
  return { name, origin, status: 'left_out', reason, nextStep };
}
