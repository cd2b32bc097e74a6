import { once } from 'node:events';
import { lstatSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createHousehold, type Household } from './harness/create-household.ts';
import { signInByCommand } from './harness/sign-in-by-command.ts';
import { type Postern, type PosternOptions, startPostern } from './harness/start-postern.ts';

function household(): Household {
  const made = createHousehold();
  onTestFinished(() => made.close());
  return made;
}

/** However the test ends, nothing of it is left behind. */
async function start(options: PosternOptions = {}): Promise<Postern> {
  const postern = await startPostern(options);
  onTestFinished(() => postern.household.close());
  return postern;
}

/** Somebody else's program on a port; `port` 0 is one by the OS. */
async function listenOn(port: number): Promise<Server> {
  const other = createServer((socket) => socket.destroy());
  other.listen(port, '127.0.0.1');
  await once(other, 'listening');
  onTestFinished(() => void other.close());
  return other;
}

describe('starting', () => {
  it('says where it is, and keeps its file to its owner', async () => {
    const postern = await start();
    const { ready, household: home, client } = postern;
    expect(new URL(ready.url)).toMatchObject({ protocol: 'http:', hostname: '127.0.0.1' });
    expect(await client.health()).toMatchObject({ mode: 'sandbox', version: ready.version });
    expect(lstatSync(home.dataDir).mode & 0o777).toBe(0o700);
    expect(lstatSync(join(home.dataDir, 'sidecar.json')).mode & 0o777).toBe(0o600);
    await postern.stop();
  });

  it('a second time on the same data directory names the first one and exits 0; the first one goes on', async () => {
    const postern = await start();
    await signInByCommand(postern);
    const second = await postern.household.run(['start', '--sandbox', '--no-open', '--json']);
    expect(second.exitCode).toBe(0);
    expect(JSON.parse(second.stdout)).toEqual({
      event: 'already_running',
      url: postern.ready.url,
      pid: postern.ready.pid,
    });
    expect(await postern.client.auth.status()).toMatchObject({ state: 'signed_in' });
    await postern.stop();
  });

  it('exits 69 where one of the other mode runs in the data directory', async () => {
    const postern = await start();
    const second = await postern.household.run(['start', '--live', '--no-open', '--json']);
    expect(second.exitCode).toBe(69);
    expect(JSON.parse(second.stdout)).toMatchObject({
      ...{ event: 'error', code: 'data_dir_in_use', exitCode: 69 },
      detail: expect.stringContaining('A Postern with --sandbox runs in'),
    });
    await postern.stop();
  });

  it('exits 69 where the port that was asked for is taken, and says what to do', async () => {
    const { port } = (await listenOn(0)).address() as AddressInfo;
    const home = household();
    const end = await home.run(['start', '--sandbox', '--no-open', '--json', '--port', String(port)]);
    expect(end.exitCode).toBe(69);
    expect(JSON.parse(end.stdout)).toMatchObject({ event: 'error', code: 'port_taken', exitCode: 69 });
    expect(end.stderr).toMatch(/^The port is taken by another program\nPort \d+ is taken/);
    expect(home.processes()).toEqual([]);
  });

  it('takes another port where the default one is taken, and prints it', async () => {
    // Taken by this test or, on a machine in use, by whoever was there first: taken either way.
    await listenOn(8765).catch(() => undefined);
    const postern = await start({ args: ['--sandbox'] });
    expect(new URL(postern.ready.url).port).not.toBe('8765');
    expect(await postern.client.health()).toMatchObject({ mode: 'sandbox' });
    await postern.stop();
  });
});

describe('stopping', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'by %s ends the answer that runs, the agent’s program and what its tool started, and exits 0',
    async (signal) => {
      const postern = await start();
      const { client, household: home } = postern;
      await signInByCommand(postern);
      const last: string[] = [];
      const query = (async () => {
        const prompt = 'run `echo one; sleep 300`';
        for await (const event of client.runQuery({ prompt, workspace: home.workspace })) {
          if (event.event === 'permission_request')
            await client.approve({ requestId: event.data.requestId, decision: 'allow' });
          last.push(event.event === 'error' ? event.data.code : event.event);
        }
      })().catch((error: unknown) => last.push(String(error)));
      await expect
        .poll(() => home.processes().map(({ command }) => command), { timeout: 30_000 })
        .toContain('sleep 300');
      await postern.stop(signal);
      await query;
      expect(last.at(-1)).toBe('query_cancelled');
    },
  );
});
