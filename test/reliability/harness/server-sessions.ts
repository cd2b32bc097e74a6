import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { methods } from '@agentclientprotocol/sdk';
import { edit, isAnswering } from '../../end-to-end/harness/edit.ts';
import type { Postern } from '../../end-to-end/harness/start-postern.ts';
import { waitUntil } from '../../end-to-end/harness/wait-until.ts';
import { longStory, type Session } from './sessions.ts';

const program = resolve(
  import.meta.dirname,
  '../../../packages/sidecar/test/support/mcp/environment.program.ts',
);

/** A folder with instructions and two MCP servers, of which one does not leave when its input ends; trusted. */
export async function trustServers({ household, client }: Postern): Promise<void> {
  const { workspace } = household;
  const server = { command: process.execPath, args: [program] };
  const mcpServers = { notes: server, lingering: { ...server, env: { LINGERS: '1' } } };
  writeFileSync(join(workspace, '.mcp.json'), JSON.stringify({ mcpServers }));
  writeFileSync(join(workspace, 'CLAUDE.md'), 'Be brief.\n');
  const { hash } = await client.workspace(workspace);
  await client.trustWorkspace({ path: workspace, hash });
}

/** Uses a tool of a server and allows what is asked about. On a machine so busy that the server is not ready in time, the query goes on without it. */
async function use({ household, client }: Postern, tool: string): Promise<void> {
  const { workspace } = household;
  let uses = 0;
  const left: string[] = [];
  for await (const { event, data } of client.runQuery({ prompt: `Use \`${tool}\``, workspace })) {
    if (event === 'permission_request')
      await client.approve({ requestId: data.requestId, decision: 'allow' });
    if (event === 'tool_use' && data.name === tool) uses += 1;
    if (event === 'mcp_server' && data.status !== 'connected') left.push(`${data.name}: ${data.reason}`);
    if (event === 'error') throw new Error(`a query failed: ${data.code}`);
  }
  if (uses === 0 && left.length > 0) console.error(`${tool}: ${left.join(' ')}`);
  else assert.equal(uses, 1, `${tool} was not used`);
}

/** Every way in which a session with MCP servers ends. */
export const serverKinds: Readonly<Record<string, Session>> = {
  'query with servers, to its end': (postern) => use(postern, 'mcp__notes__dump'),
  'query whose server leaves': (postern) => use(postern, 'mcp__notes__leave'),
  'query with servers, left': async ({ household, client }) => {
    for await (const { event } of client.runQuery({ prompt: longStory, workspace: household.workspace }))
      if (event === 'assistant_text') break;
  },
  'editor with its own server': ({ household }) =>
    edit(household, async ({ agent }) => {
      const { sessionId } = await agent.request(methods.agent.session.new, {
        cwd: household.workspace,
        mcpServers: [{ name: 'editor', command: process.execPath, args: [program], env: [] }],
      });
      const prompt = [{ type: 'text' as const, text: 'Hello' }];
      await agent.request(methods.agent.session.prompt, { sessionId, prompt });
    }),
  'editor with servers, leaves': ({ household }) =>
    edit(household, async ({ agent, updates }) => {
      const { sessionId } = await agent.request(methods.agent.session.new, {
        cwd: household.workspace,
        mcpServers: [],
      });
      const prompt = [{ type: 'text' as const, text: longStory }];
      agent.request(methods.agent.session.prompt, { sessionId, prompt }).catch(() => undefined);
      await waitUntil('the answer begins', () => isAnswering(updates));
    }),
  'command line with servers, killed': async ({ household }) => {
    const command = household.begin(['ask', '--workspace', household.workspace, longStory], '');
    await command.prints(/\S/);
    command.send('SIGKILL');
    await command.ended();
  },
};
