import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createHousehold } from '../end-to-end/harness/create-household.ts';
import { signInByCommand } from '../end-to-end/harness/sign-in-by-command.ts';
import { startPostern } from '../end-to-end/harness/start-postern.ts';
import { layTraps } from './harness/lay-traps.ts';

const apiKey = 'sk-ant-api03-surroundings-test-of-postern-0000';

describe('a hostile environment', () => {
  test.each([
    [{ NODE_TLS_REJECT_UNAUTHORIZED: '0' }],
    [{ NODE_OPTIONS: '--inspect=127.0.0.1:0' }],
    [{ NODE_OPTIONS: '--require ./loot.cjs' }],
    [{ NODE_OPTIONS: '--import ./loot.mjs' }],
    [{ NODE_OPTIONS: '--report-on-fatalerror' }],
    [{ NODE_DEBUG: 'child_process' }],
  ])(
    'F52 %j is refused with exit 78 and the name of the variable, and nothing is started',
    async (variables) => {
      const household = createHousehold(variables as Record<string, string>);
      onTestFinished(() => household.close());
      for (const name of ['loot.cjs', 'loot.mjs']) writeFileSync(join(household.workspace, name), '');
      const end = await household.run(['start', '--no-open', '--json', '--sandbox', '--port', '0']);
      expect([end.exitCode, JSON.parse(end.stdout)]).toEqual([
        78,
        {
          event: 'error',
          code: 'unsafe_environment',
          detail: expect.stringContaining(Object.keys(variables)[0] ?? ''),
          exitCode: 78,
        },
      ]);
      expect(readdirSync(join(household.dataDir, '..'))).not.toContain('data');
    },
  );
});

describe('a hostile folder', () => {
  let evil: Server;
  let url: string;
  const asked: string[] = [];
  beforeAll(async () => {
    evil = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.writeHead(401).end('{}');
    });
    evil.on('connect', (request, socket) => {
      asked.push(`CONNECT ${request.url}`);
      socket.end('HTTP/1.1 200 OK\r\n\r\n');
    });
    await new Promise<void>((resolve) => evil.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(evil.address() as AddressInfo).port}`;
  });
  afterAll(() => evil.close());

  test('F52 .env, settings, hooks, MCP servers, shell and git configuration of it are ignored: nothing runs, nothing is sent there', async () => {
    const household = createHousehold();
    onTestFinished(() => household.close());
    const loot = join(household.dataDir, '..', 'loot');
    mkdirSync(loot);
    for (const folder of [household.workspace, household.homeDir]) layTraps(folder, url, loot);
    const start = household.begin(['start', '--no-open', '--json', '--sandbox', '--port', '0']);
    const ready = JSON.parse(await start.prints(/^\{.*\}\n/)) as { readonly sandboxUrl: string };
    const status = await household.run(['status', '--json']);
    expect(status.stdout).toContain('"provider":"sandbox"');
    await fetch(`${ready.sandboxUrl}/sandbox/key`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ key: apiKey }),
    });
    expect(await household.run(['key', 'set'], `${apiKey}\n`)).toMatchObject({ exitCode: 0 });
    // Before anything was allowed. What a permitted git does with the folder's configuration is the person's to know.
    expect(await household.run(['ask', '--workspace', household.workspace, 'Hello'])).toMatchObject({
      exitCode: 0,
    });
    expect([readdirSync(loot), asked]).toEqual([[], []]);
    writeFileSync(join(household.workspace, '.git/config'), '[core]\n\trepositoryformatversion = 0\n');
    const command = 'git status; cd . && env';
    const ask = ['ask', '--output', 'json', '--workspace', household.workspace, '--allow-tools', 'Bash'];
    const end = await household.run([...ask, `Run \`${command}\``]);
    expect(end.exitCode).toBe(0);
    // What the person allowed did run; what the folder would have liked did not.
    expect(end.stdout).toContain('On branch');
    expect(end.stdout).not.toContain('trap-variable');
    expect([readdirSync(loot), asked]).toEqual([[], []]);
    // Asked without anybody who could answer, the folder's own "allow everything" is worth nothing.
    const denied = await household.run([
      'ask',
      '--workspace',
      household.workspace,
      'Run `touch made-by-agent`',
    ]);
    expect(denied.stderr).toContain('Bash was denied');
    expect(readdirSync(household.workspace)).not.toContain('made-by-agent');
    start.send('SIGTERM');
    await start.ended();
  });

  test('F52 a proxy for everything never sees what is meant for this machine', async () => {
    const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy'];
    const postern = await startPostern({
      variables: { NODE_USE_ENV_PROXY: '1', ...Object.fromEntries(names.map((name) => [name, url])) },
    });
    onTestFinished(() => postern.household.close());
    await signInByCommand(postern);
    const { exitCode } = await postern.household.run([
      'ask',
      'Hello',
      '--workspace',
      postern.household.workspace,
    ]);
    await postern.household.run(['status']);
    await postern.client.sandbox.requests();
    expect([exitCode, asked]).toEqual([0, []]);
    await postern.stop();
  });
});
