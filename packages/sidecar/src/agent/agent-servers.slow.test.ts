import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { McpServer } from '@postern/contract';
import { expect, it, onTestFinished } from 'vitest';
import { keepCompiled } from '../../../../test/keep-compiled-option.ts';
import { ask, type Heard, openAgentHouse } from '../../test/support/agent/agent-harness.ts';
import { holdRefusingPort } from '../../test/support/http/refusing-port.ts';
import { noServerSignIns } from '../../test/support/mcp/no-server-sign-ins.ts';
import { createOwnServers } from '../mcp/index.ts';
import { createWorkspaceTrust, nothingLoaded, type WorkspaceTrust } from '../trust/index.ts';
import type { AgentDeps } from './agent.ts';

const program = join(import.meta.dirname, '../../test/support/mcp/environment.program.ts');
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
      access: (server, folder) => made.mcp?.access(server, folder) ?? null,
      get revision() {
        return made.mcp?.revision ?? 0;
      },
    },
    ...deps,
  });
  const { store, settings, workspace, dataDir, root, agent } = house;
  const trust = createWorkspaceTrust(store.documents, async (path) => path, {
    ownFolders: [dataDir],
    variables: { HOME: '/home/of-the-user' },
  });
  const mcp = createOwnServers({
    ...{ settings, secrets: store.mcpSecrets, signIns: noServerSignIns },
    onChange: () => undefined,
    log: () => undefined,
  });
  Object.assign(made, { trust, mcp });
  const started = join(root, 'started');
  return {
    ...house,
    trust,
    mcp,
    folder: (servers: Record<string, unknown>) =>
      writeFileSync(join(workspace, '.mcp.json'), JSON.stringify({ mcpServers: servers })),
    own: (mcpServers: Record<string, McpServer>) => settings.update({ mcpServers }),
    trustIt: async () => await trust.trust({ path: workspace, hash: (await trust.look(workspace)).hash }),
    /** Asks, and allows every tool. */
    askFor: (prompt: string, conversationId?: string) =>
      ask(
        agent,
        { prompt, workspace, ...(conversationId === undefined ? {} : { conversationId }) },
        async (event) => {
          if (event.event === 'permission_request') await agent.approve(event.data.requestId, 'allow', false);
        },
      ),
    /** Where servers note their process. */
    started,
    running: () => pidsIn(started).filter(isRunning),
  };
}

interface Dump {
  readonly environment: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly args: readonly string[];
}

function dumpIn(heard: Heard): Dump {
  return JSON.parse(heard.one('tool_result').content) as Dump;
}

function pidsIn(file: string): number[] {
  try {
    return readFileSync(file, 'utf8').trim().split('\n').map(Number);
  } catch {
    return [];
  }
}

function isRunning(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.startsWith('Z') === false;
  } catch {
    return false;
  }
}

it('starts a folder’s server for a trusted query only, asks for its tool, and gives it no credential', async () => {
  const house = await houseWithServers({
    baseEnvironment: { ANTHROPIC_API_KEY: 'sk-ant-api03-of-the-shell-000', GITHUB_TOKEN: 'of-the-shell-000' },
  });
  const { workspace, started } = house;
  const env = { ANTHROPIC_BASE_URL: 'http://elsewhere', MODE: 'dev', STARTED_FILE: started };
  house.folder({ notes: { command: process.execPath, args: [keepCompiled, program, `\${HOME}`], env } });

  const untrusted = await house.askFor('Use `mcp__notes__dump`');
  expect([untrusted.all('tool_use'), pidsIn(started)]).toEqual([[], []]);

  await house.trustIt();
  const heard = await house.askFor('Use `mcp__notes__dump`');
  expect(heard.one('permission_request')).toMatchObject({
    toolName: 'mcp__notes__dump',
    call: { action: 'Use dump of the MCP server notes' },
  });
  const { environment, cwd, args } = dumpIn(heard);
  expect({ cwd, args, mode: environment['MODE'] }).toEqual({
    cwd: workspace,
    args: ['/home/of-the-user'],
    mode: 'dev',
  });
  expect(Object.keys(environment).filter((name) => /ANTHROPIC|CLAUDE|TOKEN|KEY|SECRET/.test(name))).toEqual(
    [],
  );
  const everything = JSON.stringify(environment);
  for (const secret of [house.sandbox.apiKey, 'of-the-shell', house.dataDir, house.gateway.url, 'elsewhere'])
    expect(everything).not.toContain(secret);

  house.folder({ notes: { command: process.execPath, args: [keepCompiled, program, 'changed'], env } });
  const changed = await house.askFor('Use `mcp__notes__dump`');
  expect(changed.one('started').workspace).toMatchObject({ trust: 'changed' });
  expect(changed.all('tool_use')).toEqual([]);
});

it('does not start a server whose file is no longer what was trusted', async () => {
  const house = await houseWithServers();
  const script = join(house.workspace, 'server.mjs');
  writeFileSync(script, `await import(${JSON.stringify(program)});`);
  house.folder({
    local: { command: process.execPath, args: ['server.mjs'], env: { STARTED_FILE: house.started } },
  });
  await house.trustIt();
  const trusted = await house.trust.load(house.workspace);
  expect((await house.askFor('Use `mcp__local__dump`')).all('tool_result')).toHaveLength(1);
  writeFileSync(script, `await import(${JSON.stringify(program)}); // and more`);
  expect((await house.trust.load(house.workspace)).trust).toBe('changed');

  // The change comes between the look and the start.
  const late = await houseWithServers({ workspaceTrust: { load: async () => trusted } });
  const heard = await late.askFor('Use `mcp__local__dump`');
  expect(heard.one('mcp_server')).toMatchObject({
    ...{ name: 'local', origin: 'folder', status: 'failed' },
    reason: expect.stringContaining('no longer what you trusted'),
  });
  expect(pidsIn(late.started)).toEqual([]);
});

it('gives an own server its sealed secret, and nothing else on the way sees it', async () => {
  const house = await houseWithServers();
  house.own({
    notes: {
      command: process.execPath,
      args: [keepCompiled, program],
      env: { API_TOKEN: { secret: 'notes' }, STARTED_FILE: house.started },
    },
  });
  const missing = await house.askFor('Hello');
  expect(missing.one('mcp_server')).toEqual({
    ...{ name: 'notes', origin: 'own', status: 'failed', reason: 'The secret notes is not there.' },
    nextStep: 'Save it in Settings, or with: postern mcp secret notes',
  });
  await house.mcp.changeSecret({ name: 'notes', value: canary });
  const seen: string[] = [];
  const heard = await ask(house.agent, { prompt: 'Use `mcp__notes__dump`' }, async (event) => {
    if (event.event !== 'permission_request') return;
    const [pid = 0] = pidsIn(house.started);
    for (const each of processesBut(pid)) seen.push(each);
    await house.agent.approve(event.data.requestId, 'allow', false);
  });
  expect(dumpIn(heard).environment['API_TOKEN']).toBe(canary);
  expect(seen.length).toBeGreaterThan(1);
  expect(seen.filter((each) => each.includes(canary))).toEqual([]);
  expect(await house.mcp.list()).toMatchObject({
    items: [{ name: 'notes', status: 'connected', reason: null, missingSecrets: [] }],
    secrets: [{ name: 'notes', usedBy: ['notes'] }],
  });
  expect(
    [JSON.stringify(await house.mcp.list()), JSON.stringify(house.settings.read()), house.logs.join()].join(),
  ).not.toContain(canary);
});

it('says of a server that works nothing else while another one is added', async () => {
  const house = await houseWithServers({ warm: true });
  const one = { command: process.execPath, args: [keepCompiled, program] };
  house.own({ one });
  await house.askFor('Hello');
  // Programs that are kept ready have the servers too, and are replaced.
  house.own({ one, other: one });
  const seen = new Set<string | null>();
  const isOver = Promise.all([house.askFor('Hello again'), sleep(3_000)]).then(() => true);
  while ((await Promise.race([isOver, sleep(5, false)])) === false)
    for (const { name, status } of (await house.mcp.list()).items) seen.add(`${name} ${status}`);
  expect([...seen].sort()).toEqual(['one connected', 'other connected', 'other null']);
});

it('says which server does not work, why, and what to do, and goes on without it', async () => {
  const http = createServer((_request, response) =>
    response.writeHead(401, { 'www-authenticate': 'Bearer' }).end(),
  );
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void http.close());
  const { port } = http.address() as AddressInfo;
  await using refusing = await holdRefusingPort();
  const house = await houseWithServers({ serverPatienceMs: 10_000 });
  house.own({
    missing: { command: 'no-such-program-of-postern' },
    fails: { command: process.execPath, args: [keepCompiled, program], env: { FAILS: 'no configuration' } },
    silent: { command: process.execPath, args: ['-e', 'setInterval(() => {}, 1000)'] },
    login: { url: `http://127.0.0.1:${port}/mcp` },
    gone: { type: 'sse', url: `http://127.0.0.1:${refusing.port}/sse` },
    plain: { url: 'http://mcp.example/', headers: { Authorization: { secret: 'x' } } },
    off: { command: 'no-such-program-of-postern', enabled: false },
  });
  const heard = await house.askFor('Hello');
  expect(heard.text).not.toBe('');
  await expect
    .poll(
      async () =>
        (await house.mcp.list()).items.filter(({ status }) => status === null).map(({ name }) => name),
      { timeout: 20_000 },
    )
    .toEqual(['off']);
  const reasons = Object.fromEntries(
    (await house.mcp.list()).items.map(({ name, status, reason }) => [name, [status, reason]]),
  );
  expect(reasons).toEqual({
    missing: ['failed', 'The program no-such-program-of-postern was not found.'],
    fails: ['failed', 'It ended before it was ready (exit code 3: no configuration).'],
    silent: ['failed', 'It was not ready within 10 seconds.'],
    login: ['needs_sign_in', 'It wants a sign-in.'],
    gone: ['failed', 'It could not be reached (ECONNREFUSED).'],
    plain: ['failed', 'Its headers would be sent unencrypted.'],
    off: [null, null],
  });
  expect(
    (await house.mcp.list()).items.filter(({ status, nextStep }) => status !== null && !nextStep),
  ).toEqual([]);
});

it('starts a server again that ended in the middle', async () => {
  const house = await houseWithServers({ serverPatienceMs: 30_000 });
  house.own({ notes: { command: process.execPath, args: [keepCompiled, program] } });
  const first = await house.askFor('Use `mcp__notes__leave`');
  expect(first.one('mcp_server')).toMatchObject({
    name: 'notes',
    reason: expect.stringContaining('It ended while it was in use (exit code 4'),
  });
  const again = await house.askFor('Use `mcp__notes__dump`', first.one('started').conversationId);
  expect(again.one('tool_result').isError).toBe(false);
});

/** 200 once by hand: MCP_CONVERSATIONS=200. */
const conversations = Number(process.env['MCP_CONVERSATIONS'] ?? 20);
it('leaves no server behind after many conversations, wherever its processes went', {
  timeout: 60_000 + conversations * 20_000,
}, async () => {
  const house = await houseWithServers({ serverPatienceMs: 30_000 });
  // A wrapper, as npx is one: the server is its child, in a session of its own, and does not end with its input.
  const script = `exec 3<&0; setsid "${process.execPath}" "${keepCompiled}" "${program}" <&3 & wait`;
  const env = { STARTED_FILE: house.started, LINGERS: 'yes' };
  house.own({ wrapped: { command: 'sh', args: ['-c', script], env } });
  for (let index = 0; index < conversations; index += 1)
    expect((await house.askFor('Hello')).all('mcp_server')).toEqual([]);
  expect(pidsIn(house.started)).toHaveLength(conversations);
  expect(house.running().length).toBeGreaterThan(0);
  await house.agent.close();
  await expect.poll(() => house.running(), { timeout: 5_000 }).toEqual([]);
});

/** Arguments and environment of every process of this machine's user but one. */
function processesBut(pid: number): string[] {
  const own = new Set([pid, process.pid]);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && !own.has(Number(name)))
    .map((name) => {
      try {
        return (
          readFileSync(`/proc/${name}/cmdline`, 'latin1') + readFileSync(`/proc/${name}/environ`, 'latin1')
        );
      } catch {
        return '';
      }
    });
}
