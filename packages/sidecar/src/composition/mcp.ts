import { join } from 'node:path';
import type { McpSignIn, McpSignInRequest, McpSignInStarted } from '@postern/contract';
import type { Clock, Report } from '../credentials/index.ts';
import { InvalidRequestError, loggableError, OAuthResponseError } from '../errors/index.ts';
import { createOwnServers, type OwnServers, type RemoteServer, takesSignIn } from '../mcp/index.ts';
import { createServerSignIns } from '../mcp-sign-in/index.ts';
import type { SettingsStore } from '../settings/index.ts';
import { createKernelLock, type Store } from '../store/index.ts';
import type { WorkspaceTrust } from '../trust/index.ts';
import { version } from '../version.ts';
import type { AppEvents } from './app-events.ts';

/** The user's sign-ins at MCP servers: their own, and a trusted folder's. */
export interface McpSignIns {
  /** @throws InvalidRequestError `not_found`; OAuthResponseError `mcp_sign_in_failed`; as `ServerSignIns.start` */
  start(name: string, request: McpSignInRequest): Promise<McpSignInStarted>;
  /** @throws as `start`; StoreError */
  standing(name: string, request: McpSignInRequest): Promise<McpSignIn>;
  /** Removes the tokens, and revokes them. @throws as `standing` */
  end(name: string, request: McpSignInRequest): Promise<McpSignIn>;
  close(): Promise<void>;
}

export interface McpDeps {
  readonly store: Pick<Store, 'dataDir' | 'documents' | 'mcpSecrets' | 'mcpSignIns'>;
  readonly settings: Pick<SettingsStore, 'read'>;
  readonly workspaceTrust: Pick<WorkspaceTrust, 'look' | 'load'>;
  readonly events: Pick<AppEvents, 'subscribe'>;
  readonly upstream: { readonly fetch: Parameters<typeof createServerSignIns>[0]['fetch'] };
  readonly report: Report;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

/** The user's own MCP servers, and the sign-ins at MCP servers. */
export function createMcp(deps: McpDeps): { readonly mcp: OwnServers; readonly mcpSignIns: McpSignIns } {
  const { store, clock, log } = deps;
  const lock = createKernelLock(join(store.dataDir, 'mcp-lock.db'), clock);
  const signIns = createServerSignIns({
    fetch: deps.upstream.fetch,
    userAgent: `postern/${version}`,
    documents: store.documents,
    signIns: store.mcpSignIns,
    exclusively: (work, options) => lock.exclusively(work, options),
    onChange: () => servers.noteSignIn(),
    clock,
    log,
  });
  const servers = createOwnServers({
    settings: deps.settings,
    secrets: store.mcpSecrets,
    signIns,
    onChange: () => deps.report({ type: 'settings_changed', keys: ['mcpServers'] }),
    log,
  });
  const unsubscribe = deps.events.subscribe((event) => {
    if (event.event !== 'settings_changed' || !event.data.keys.includes('mcpServers')) return;
    signIns.keepOnly(servers.all().filter(takesSignIn)).catch((error: unknown) => {
      log(`the sign-in at an MCP server that was removed could not be ended: ${loggableError(error)}`);
    });
  });

  /** The folder's own path is the key: what is a link to it is the same folder. */
  async function find(
    name: string,
    { workspace }: McpSignInRequest,
  ): Promise<{ readonly server: RemoteServer; readonly folder: string | null }> {
    const folder = workspace === undefined ? null : (await deps.workspaceTrust.look(workspace)).path;
    const all = folder === null ? servers.all() : (await deps.workspaceTrust.load(folder)).servers;
    const server = all.find((each) => each.name === name);
    if (server === undefined)
      throw new InvalidRequestError(
        'not_found',
        folder === null
          ? 'You have no MCP server of that name.'
          : 'This folder has no MCP server of that name, or it is not trusted.',
      );
    if (takesSignIn(server)) return { server, folder };
    throw new OAuthResponseError(
      'mcp_sign_in_failed',
      null,
      'Postern signs in to servers over https, or on this computer, whose headers hold no Authorization.',
    );
  }

  const mcpSignIns: McpSignIns = {
    async start(name, request) {
      const { server, folder } = await find(name, request);
      return await signIns.start(server, folder);
    },
    async standing(name, request) {
      const { server, folder } = await find(name, request);
      return await signIns.standing(server, folder);
    },
    async end(name, request) {
      const { server, folder } = await find(name, request);
      await signIns.end(server, folder);
      return await signIns.standing(server, folder);
    },
    async close() {
      unsubscribe();
      await signIns.close();
      await lock.close();
    },
  };
  return { mcp: servers, mcpSignIns };
}
