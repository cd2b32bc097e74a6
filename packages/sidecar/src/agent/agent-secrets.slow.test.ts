import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { QueryEvent } from '@postern/contract';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type AgentHouse, ask, type Heard, openAgentHouse } from '../../test/support/agent/agent-harness.ts';
import type { Doorway } from '../gateway/index.ts';
import { type Agent, agentIsolation } from './index.ts';

/** The person allows everything: what is left is what the agent could take. */
async function run(agent: Agent, workspace: string, command: string): Promise<Heard> {
  const prompt = `Run \`${command}\``;
  return await ask(agent, { prompt, workspace }, async (event: QueryEvent) => {
    if (event.event === 'permission_request') await agent.approve(event.data.requestId, 'allow', false);
  });
}

/** Everything the agent got to see. */
function seen(heard: Heard): string {
  return JSON.stringify([heard.all('tool_result'), heard.text]);
}

async function needsSandbox(): Promise<void> {
  const isolation = await agentIsolation(process.platform, process.env['PATH']);
  if (isolation.mode !== 'sandboxed') {
    throw new Error(`${isolation.reason} Install bubblewrap and socat to run this test.`);
  }
}

describe('the agent’s own commands', () => {
  it('find no secret in their environment, in other processes, or in the data directory (F49)', async () => {
    await needsSandbox();
    const canary = 'canary-3c1f9a77';
    const other = spawn('sleep', ['300'], { env: { OTHER_SECRET: `${canary}-other` }, stdio: 'ignore' });
    onTestFinished(() => void other.kill('SIGKILL'));
    const house = await openAgentHouse();
    const { workspace, dataDir, sandbox } = house;
    const file = join(dataDir, 'sidecar.json');
    writeFileSync(file, JSON.stringify({ token: `${canary}-launch` }), { mode: 0o600 });
    const doorways = doorwaysOf(house);
    const agent = await house.restart({
      gateway: doorways.gateway,
      baseEnvironment: {
        ...process.env,
        ANTHROPIC_API_KEY: `${canary}-key`,
        CLAUDE_CODE_OAUTH_TOKEN: `${canary}-token`,
        GITHUB_TOKEN: `${canary}-github`,
        NODE_OPTIONS: `--title=${canary}`,
        HTTPS_PROXY: `http://user:${canary}@127.0.0.1:1`,
      },
    });

    const commands = [
      'env; set',
      "cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline | tr '\\0' '\\n'",
      `cat ${file}; ls -la ${dataDir}`,
      `cd ${dataDir} && cat sidecar.json postern.db`,
      `node -e "console.log(require('fs').readFileSync(['','${file.slice(1)}'].join('/'),'utf8'))"`,
      `ln -s ${dataDir} link; cat link/sidecar.json`,
      // Ours lies in none of the folders that are left out, and they take most of the time.
      "find / \\( -path /proc -o -path /sys -o -name node_modules \\) -prune -o \\( -name sidecar.json -o -name 'children-*.json' \\) -exec cat {} +",
    ];
    const outputs: string[] = [];
    for (const command of commands) outputs.push(seen(await run(agent, workspace, command)));

    // The commands really ran and really looked.
    expect(outputs[0]).toContain('PATH=');
    expect(outputs[1]).toContain('SHELL=');
    const all = outputs.join('\n');
    expect(all).not.toContain(canary);
    expect(all).not.toContain(sandbox.apiKey);
    for (const doorway of doorways.opened) expect(all).not.toContain(doorway.secret.reveal());
  });

  it('cannot read the data directory with the agent’s own tools either (F49)', async () => {
    const { agent, workspace, dataDir } = await openAgentHouse();
    const file = join(dataDir, 'sidecar.json');
    writeFileSync(file, 'canary-5b7e');

    const read = await ask(agent, { prompt: `Read ${file}`, workspace });
    const written = await ask(agent, {
      prompt: `Create a file ${join(dataDir, 'new.txt')} with \`x\``,
      workspace,
    });

    for (const heard of [read, written]) {
      expect(heard.one('tool_result').isError).toBe(true);
      expect(heard.all('permission_request')).toEqual([]);
      expect(seen(heard)).not.toContain('canary-5b7e');
    }
  });

  it('may not name the data directory where there is no sandbox, by rule (F49)', async () => {
    const { agent, workspace, dataDir } = await openAgentHouse({
      isolation: { mode: 'rules_only', reason: '' },
    });
    const file = join(dataDir, 'sidecar.json');
    writeFileSync(file, 'canary-77aa');

    const heard = await run(agent, workspace, `cat ${file}`);

    expect(heard.one('tool_result').isError).toBe(true);
    expect(heard.all('permission_request')).toEqual([]);
    expect(seen(heard)).not.toContain('canary-77aa');
  });

  it('do not reach the sidecar or the gateway (F50)', async () => {
    await needsSandbox();
    const { agent, workspace, gateway } = await openAgentHouse();
    let reached = 0;
    const sidecar = createServer((_, response) => {
      reached += 1;
      response.end('reached');
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void sidecar.close());
    await new Promise((resolve) => sidecar.once('listening', resolve));
    const url = `http://127.0.0.1:${(sidecar.address() as AddressInfo).port}/health`;

    const output = seen(
      await run(
        agent,
        workspace,
        `curl -s -m 5 -w 'status %{http_code}' ${url}; curl -s -m 5 -w 'status %{http_code}' ${gateway.url}/v1/models`,
      ),
    );

    expect(output).toContain('status 000');
    expect(output).not.toMatch(/status [1-9]/);
    expect(reached).toBe(0);
  });

  it('hold a secret that the gateway refuses between queries and on every other path (F50)', async () => {
    const house = await openAgentHouse();
    const doorways = doorwaysOf(house);
    const agent = await house.restart({ gateway: doorways.gateway });
    const call = async (path: string, method = 'POST'): Promise<number> => {
      const secret = doorways.opened[0]?.secret.reveal();
      const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
      const body = method === 'POST' ? '{}' : null;
      return (await fetch(`${house.gateway.url}${path}`, { method, headers, body })).status;
    };
    const during: number[] = [];

    await ask(agent, { prompt: 'Hello', workspace: house.workspace }, async (event) => {
      if (event.event !== 'started') return;
      during.push(await call('/v1/models', 'GET'), await call('/v1/organizations'));
    });

    expect(during.every((status) => status === 403 || status === 404)).toBe(true);
    expect(await call('/v1/messages')).toBe(403);
  });
});

function doorwaysOf(house: AgentHouse): {
  readonly gateway: AgentHouse['gateway'];
  readonly opened: Doorway[];
} {
  const opened: Doorway[] = [];
  return {
    opened,
    gateway: {
      ...house.gateway,
      openDoorway() {
        const doorway = house.gateway.openDoorway();
        opened.push(doorway);
        return doorway;
      },
    },
  };
}
