import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { type ChosenSettings, defaultSettings } from '@postern/contract';
import { fetch } from 'undici';
import { HttpServer } from '../../../src/agent/child/http-server.ts';
import { serverFetch } from '../../../src/agent/child/server-fetch.ts';
import { signedInFetch } from '../../../src/agent/child/signed-in-fetch.ts';
import { createMcp } from '../../../src/composition/mcp.ts';
import type { RemoteServer } from '../../../src/mcp/index.ts';
import { nothingLoaded } from '../../../src/trust/index.ts';
import { openTestStore } from '../store/harness.ts';

export type Mcp = ReturnType<typeof createMcp>;

/** What a process of Postern stands in. */
export interface McpPlace {
  readonly directory: string;
  readonly log: (line: string) => void;
  readonly now: () => number;
  /** The user's own servers, as the settings have them now. */
  readonly servers: () => NonNullable<ChosenSettings['mcpServers']>;
  /** Those that a folder names; null where it is not trusted. */
  readonly folderServers: (path: string) => readonly RemoteServer[] | null;
}

export interface OpenMcp {
  readonly mcp: Mcp;
  /** Tells it that the settings changed. */
  changed(): Promise<void>;
  close(): Promise<void>;
}

/** One process of Postern, as far as it signs in to MCP servers, over a sealed store. */
export async function openMcpProcess({
  directory,
  log,
  now,
  servers,
  folderServers,
}: McpPlace): Promise<OpenMcp> {
  const store = await openTestStore(directory, { kind: 'passphrase_file', log });
  const listeners: ((event: { event: 'settings_changed'; data: { keys: string[] } }) => void)[] = [];
  const mcp = createMcp({
    ...{ store, log, upstream: { fetch: (url, init) => fetch(url, init) }, clock: now },
    settings: { read: () => ({ ...defaultSettings, mcpServers: servers() }) },
    workspaceTrust: {
      look: async (path) => ({ path, trust: 'none', hash: 'a', items: [] }),
      load: async (path) => {
        const named = folderServers(path);
        return named === null ? nothingLoaded : { ...nothingLoaded, trust: 'trusted', servers: [...named] };
      },
    },
    events: {
      subscribe: (listener) => {
        listeners.push(listener);
        return () => undefined;
      },
    },
    report: () => undefined,
  });
  return {
    mcp,
    async changed() {
      for (const each of listeners) each({ event: 'settings_changed', data: { keys: ['mcpServers'] } });
    },
    async close() {
      await mcp.mcpSignIns.close();
      await store.close();
    },
  };
}

/** What the user’s browser does with a page that approves at once. */
export async function inBrowser(address: string): Promise<number> {
  const page = await fetch(address, { redirect: 'manual' });
  return (await fetch(page.headers.get('location') ?? '')).status;
}

/** The way to the first of the own servers. */
export function accessOf(mcp: Mcp) {
  const definition = mcp.mcp.definitions()[0];
  const access = definition === undefined ? null : mcp.mcp.access(definition, '/nowhere');
  if (access === null) throw new Error('there is no access');
  return access;
}

/** Calls a tool of the server as the agent’s way to it does. */
export async function callTool(mcp: Mcp, url: string, tool = 'greet'): Promise<string> {
  const way = serverFetch({});
  const transport = new HttpServer(new URL(url), {}, signedInFetch(way.fetch, new URL(url), accessOf(mcp)));
  const client = new Client({ name: 'test', version: '1' });
  try {
    await client.connect(transport as Parameters<Client['connect']>[0]);
    const { content } = await client.callTool({ name: tool });
    return JSON.stringify(content);
  } finally {
    await client.close();
    await way.close();
  }
}
