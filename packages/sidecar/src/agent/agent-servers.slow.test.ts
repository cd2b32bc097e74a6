import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ask, openAgentHouse } from '../../test/support/agent/agent-harness.ts';
import { createOwnServers } from '../mcp/index.ts';
import { createWorkspaceTrust, nothingLoaded, type WorkspaceTrust } from '../trust/index.ts';
import type { AgentDeps } from './agent.ts';

const program = join(import.meta.dirname, '../../test/support/mcp/environment.server.mjs');
const canary = 'canary-of-a-sealed-secret-0123456789';

/** A house with trust and own servers over its own store. */
async function houseWithServers(deps: Partial<AgentDeps> = {}) {
  const made: { trust?: WorkspaceTrust; mcp?: ReturnType<typeof createOwnServers> } = {};
  const house = await openAgentHouse({
    workspaceTrust: { load: async (path) => (await made.trust?.load(path)) ?? nothingLoaded },
    mcp: {
      definitions: () => made.mcp?.definitions() ?? [],
      secret: async (name) => (await made.mcp?.secret(name)) ?? null,
      note: (state) => made.mcp?.note(state),
    },
    ...deps,
  });
  const trust = createWorkspaceTrust(house.store.documents, async (path) => path, {
    ownFolders: [house.dataDir],
    variables: { HOME: '/home/of-the-user' },
  });
  const mcp = createOwnServers({
    settings: house.settings,
    secrets: house.store.mcpSecrets,
    onChange: () => undefined,
  });
  Object.assign(made, { trust, mcp });
  const { workspace } = house;
  return {
    ...house,
    trust,
    mcp,
    folder: (servers: Record<string, unknown>) =>
      writeFileSync(join(workspace, '.mcp.json'), JSON.stringify({ mcpServers: servers })),
    trustIt: async () => await trust.trust({ path: workspace, hash: (await trust.look(workspace)).hash }),
  };
}

it('starts a trusted folder’s server, asks for its tool, and gives it no credential of anybody’s', async () => {
  const house = await houseWithServers({
    baseEnvironment: { ANTHROPIC_API_KEY: 'sk-ant-api03-of-the-shell', GITHUB_TOKEN: 'of-the-shell' },
  });
  house.folder({
    notes: { command: process.execPath, args: [program, 'one'], env: { ANTHROPIC_BASE_URL: 'http://x', MODE: 'dev' } },
  });
  const before = await ask(house.agent, { prompt: 'Use `mcp__notes__dump`', workspace: house.workspace });
  expect([before.all('permission_request'), before.all('tool_use')]).toEqual([[], []]);
  await house.trustIt();
  const t0 = performance.now();
  const heard = await ask(
    house.agent,
    { prompt: 'Use `mcp__notes__dump`', workspace: house.workspace },
    async (event) => {
      if (event.event === 'permission_request') await house.agent.approve(event.data.requestId, 'allow', false);
    },
  );
  console.log(performance.now() - t0, JSON.stringify(heard.events));
  expect(heard.one('permission_request').toolName).toBe('mcp__notes__dump');
});
