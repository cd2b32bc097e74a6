import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { acceptKey, sandboxApiKey } from '../end-to-end/harness/sandbox-api-key.ts';
import { signInByCommand } from '../end-to-end/harness/sign-in-by-command.ts';
import { type Postern, startPostern } from '../end-to-end/harness/start-postern.ts';
import { waitUntil } from '../end-to-end/harness/wait-until.ts';
import { asOtherUser, requestScript } from './harness/other-user.ts';
import { portOf } from './harness/raw-request.ts';
import { realRoutes } from './harness/real-routes.ts';

/** One sidecar that has been lived in: signed in, a key kept, a query run. */
let postern: Postern;
beforeAll(async () => {
  postern = await startPostern({
    args: ['--sandbox', '--port', '0', '--store', 'passphrase_file'],
    variables: { POSTERN_PASSPHRASE: 'canary-passphrase-of-a-second-user-test' },
  });
  // Nothing but the data directory itself is to keep the other user out.
  chmodSync(join(postern.household.dataDir, '..'), 0o755);
  await acceptKey(postern.ready.sandboxUrl ?? '');
  await postern.client.updateSettings({ apiKey: sandboxApiKey });
  await signInByCommand(postern);
  for await (const _ of postern.client.runQuery({ prompt: 'Hello', workspace: postern.household.workspace }));
});
afterAll(() => postern.stop());

const json = 'Content-Type: application/json';

describe('another user of this machine', () => {
  test('is told 401 on every route that is not open, and 403 or 401 at the gateway', async () => {
    const { routes } = await realRoutes(postern);
    const closed = routes.filter(({ open }) => !open);
    const port = portOf(postern.ready.url);
    const script = closed
      .map(({ method, path }) =>
        requestScript(
          port,
          [`${method} ${path} HTTP/1.1`, ...(method === 'POST' ? [json, 'Content-Length: 2'] : [])],
          method === 'POST' ? '{}' : '',
        ),
      )
      .join('');
    const said = await asOtherUser(script);
    expect(said.match(/^HTTP\/1\.1 .*/gm)).toEqual(closed.map(() => expect.stringMatching(/ 401 /)));
    const atGateway = await asOtherUser(
      requestScript(
        portOf(postern.ready.gatewayUrl),
        ['POST /v1/messages HTTP/1.1', json, 'Content-Length: 2'],
        '{}',
      ),
    );
    expect(atGateway).toMatch(/^HTTP\/1\.1 401 /);
  });

  test('can read, list or write nothing in the data directory, and nothing that Postern put anywhere else', async () => {
    const { dataDir, homeDir } = postern.household;
    const files = execFileSync('find', [dataDir, homeDir], { encoding: 'utf8' }).trim().split('\n');
    expect(files).toEqual(
      expect.arrayContaining(['sidecar.json', 'postern.db'].map((name) => join(dataDir, name))),
    );
    const attempts = files.map((file) => {
      const path = `'${file}'`;
      return `{ cat ${path} || ls ${path} || echo x >> ${path} || touch ${path}/x || mv ${path} /tmp/stolen; } >/dev/null 2>&1 && echo 'got ${file}'`;
    });
    expect((await asOtherUser(`${attempts.join('\n')}\necho tried`)).trim()).toBe('tried');
  });

  test('finds no secret in an argument list, and may not look into a process, signal it, or reach its sockets', async () => {
    const pids = postern.household.processes().map(({ pid }) => pid);
    expect(pids.length).toBeGreaterThanOrEqual(2);
    // Only ours: what else runs on the machine has secrets of its own.
    const files = pids.map((pid) => `/proc/${pid}/cmdline`).join(' ');
    const lists = await asOtherUser(`cat ${files} 2>/dev/null | tr '\\0' '\\n'`);
    expect(lists).toContain(postern.household.dataDir);
    expect(lists).not.toContain(postern.token);
    expect(lists).not.toMatch(/postern-doorway-|sk-ant-|canary-passphrase/);
    const attempts = pids.flatMap((pid) => [
      `cat /proc/${pid}/environ >/dev/null 2>&1 && echo got environ`,
      `ls /proc/${pid}/fd >/dev/null 2>&1 && echo got fd`,
      `cat /proc/${pid}/mem >/dev/null 2>&1 && echo got mem`,
      `kill -USR1 ${pid} 2>/dev/null && echo signalled`,
    ]);
    expect((await asOtherUser(`${attempts.join('\n')}\necho tried`)).trim()).toBe('tried');
    const sockets = readFileSync('/proc/net/unix', 'utf8').match(/(?<= )\/\S+$/gm) ?? [];
    const connect = sockets.map(
      (path) =>
        `test -w '${path}' && test -x "$(dirname '${path}')" && ls -l '${path}' | grep -q ' root root ' && echo '${path}'`,
    );
    const reachable = (await asOtherUser(connect.join('\n'))).split('\n');
    expect(reachable.filter((path) => /claude|postern|srt|cc-/.test(path))).toEqual([]);
  });

  test('gets nothing for a ticket read off a browser’s argument list, and the person’s window still opens', async () => {
    const ticket = new URL(await postern.windowUrl()).hash.slice('#ticket='.length);
    const body = JSON.stringify({ ticket });
    const swap = requestScript(
      portOf(postern.ready.url),
      ['POST /session HTTP/1.1', json, `Content-Length: ${body.length}`],
      body,
    );
    const stolen = await asOtherUser(swap);
    expect(stolen).toMatch(/^HTTP\/1\.1 401 /);
    expect(stolen).not.toContain(postern.token);
    expect(await postern.client.session(ticket)).toEqual({ token: postern.token });
    await waitUntil('it is in the log', () =>
      postern.command.stderr().includes('another user of this machine tried a ticket'),
    );
  });
});
