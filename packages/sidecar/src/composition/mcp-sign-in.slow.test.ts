import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fetch } from 'undici';
import { expect, it, onTestFinished } from 'vitest';
import { ask, openAgentHouse } from '../../test/support/agent/agent-harness.ts';
import { startOAuthMcpServer, tokenCanary } from '../../test/support/mcp/oauth-mcp-server.ts';
import { nothingLoaded } from '../trust/index.ts';
import { createMcp } from './mcp.ts';

const dump = join(import.meta.dirname, '../../test/support/mcp/environment.program.ts');

it('brings the tools of a server that was signed in to, and its token into no program', async () => {
  const far = await startOAuthMcpServer();
  onTestFinished(() => far[Symbol.asyncDispose]());
  const made: { mcp?: ReturnType<typeof createMcp> } = {};
  const house = await openAgentHouse({
    mcp: {
      definitions: () => made.mcp?.mcp.definitions() ?? [],
      secret: async (name) => (await made.mcp?.mcp.secret(name)) ?? null,
      note: (state) => made.mcp?.mcp.note(state),
      access: (server, folder) => made.mcp?.mcp.access(server, folder) ?? null,
      get revision() {
        return made.mcp?.mcp.revision ?? 0;
      },
    },
  });
  const { agent, settings, store, workspace } = house;
  const { mcp, mcpSignIns } = createMcp({
    ...{ store, settings, upstream: { fetch: (url, init) => fetch(url, init) }, clock: Date.now },
    workspaceTrust: {
      look: async (path) => ({ path, trust: 'none', hash: 'a', items: [] }),
      load: async () => nothingLoaded,
    },
    events: { subscribe: () => () => undefined },
    report: () => undefined,
    log: () => undefined,
  });
  onTestFinished(() => mcpSignIns.close());
  made.mcp = { mcp, mcpSignIns };
  settings.update({
    mcpServers: { far: { url: far.url }, notes: { command: process.execPath, args: [dump] } },
  });
  /** What other processes of this user were given, as long as a tool waits for its answer. */
  const seen: string[] = [];
  const use = (tool: string, conversationId?: string) =>
    ask(
      agent,
      { prompt: `Use \`${tool}\``, workspace, ...(conversationId === undefined ? {} : { conversationId }) },
      async (event) => {
        if (event.event !== 'permission_request') return;
        seen.push(...givenToPrograms());
        await agent.approve(event.data.requestId, 'allow', false);
      },
    );

  const before = await use('mcp__far__greet');
  expect(before.one('mcp_server')).toMatchObject({
    ...{ name: 'far', status: 'needs_sign_in', reason: 'It wants a sign-in.' },
    nextStep: expect.stringContaining('postern mcp login far'),
  });
  const { authorizationUrl } = await mcpSignIns.start('far', {});
  const page = await fetch(authorizationUrl, { redirect: 'manual' });
  expect((await fetch(page.headers.get('location') ?? '')).status).toBe(200);

  // The same conversation: its program is another one from here on.
  const after = await use('mcp__far__greet', before.one('started').conversationId);
  expect(after.one('tool_result').content).toContain('said by greet');
  expect((await mcp.list()).items[0]).toMatchObject({
    name: 'far',
    status: 'connected',
    signIn: 'signed_in',
  });
  const noted = await use('mcp__notes__dump');
  expect(noted.one('tool_result').content).toContain('PATH');
  expect(JSON.stringify([before, after, noted, seen])).not.toContain(tokenCanary);
  expect(seen.length > 0 || process.platform !== 'linux').toBe(true);
});

/** Environments and arguments of all processes that may be read but this one. */
function givenToPrograms(): string[] {
  return globSync('/proc/[0-9]*/{environ,cmdline}').flatMap((file) => {
    if (file.startsWith(`/proc/${process.pid}/`)) return [];
    try {
      return [readFileSync(file, 'utf8')];
    } catch {
      return [];
    }
  });
}
