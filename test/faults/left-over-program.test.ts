import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPosternClient } from '@postern/client';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { processesOf } from '../end-to-end/harness/processes.ts';
import { openWorld, signIn, type World, waitUntil } from './harness/open-world.ts';
import { startSidecar } from './harness/start-sidecar.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld({ agent: true });
});
afterAll(() => world.close());

/** What runs on behalf of this world besides the sidecar, with its number and command. */
const programs = () => processesOf(world.root).filter(({ pid }) => pid !== world.sidecar().pid);

it('F31 a busy program that a killed sidecar leaves over is ended by the next start, with the tool it runs', async () => {
  const sidecar = world.sidecar();
  await signIn(sidecar);
  const client = createPosternClient({ baseUrl: sidecar.url, token: sidecar.token });
  const listening = new AbortController();
  const busy = (async () => {
    for await (const { event, data } of client.runQuery(
      { prompt: 'Run `echo one; sleep 3600`' },
      { signal: listening.signal },
    ))
      if (event === 'permission_request')
        await client.approve({ requestId: data.requestId, decision: 'allow' });
  })();
  await waitUntil(() => programs().some(({ command }) => command.includes('sleep 3600')));
  await sidecar.stop('SIGKILL');
  // The client would look for the sidecar for a minute.
  listening.abort();
  await expect(busy).rejects.toThrow();
  const leftOver = programs().map(({ pid }) => pid);
  expect(leftOver.length).toBeGreaterThan(0);

  await world.restart();
  await waitUntil(() => programs().every(({ pid }) => !leftOver.includes(pid)));
  expect(programs().filter(({ command }) => command.includes('sleep 3600'))).toEqual([]);
});

/** The unmodified program as far as its own login goes, which waits for a browser; `$$` is its number. */
const waitingLogin = `#!/bin/sh
case "$1 $2" in
  "auth status") echo '{"loggedIn":false,"authMethod":"none"}' ;;
  "auth login") echo $$ > "$HOME/login.pid"; trap '' HUP PIPE; while :; do sleep 0.1; done ;;
esac
`;

it('F31 a login of the program that a killed sidecar leaves over is ended by the next start', async () => {
  const home = mkdtempSync(join(tmpdir(), 'postern-login-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));
  const claude = join(home, 'claude');
  writeFileSync(claude, waitingLogin);
  chmodSync(claude, 0o700);
  const dataDir = join(home, 'data');
  const options = {
    dataDir,
    environment: { HOME: home, POSTERN_CLAUDE_PROGRAM: claude, POSTERN_API_BASE_URL: 'http://127.0.0.1:9' },
    args: ['--live', '--store', 'memory', '--port', '0'],
  };
  const killed = await startSidecar(options);
  expect((await killed.call('POST', '/auth/claude-code/login')).status).toBe(200);
  const record = join(dataDir, `children-${killed.pid}.json`);
  await waitUntil(() => textOf(record).includes('"mark":null') && textOf(join(home, 'login.pid')) !== '');
  const pid = Number(textOf(join(home, 'login.pid')));
  await killed.stop('SIGKILL');
  expect(process.kill(pid, 0)).toBe(true);

  const next = await startSidecar(options);
  onTestFinished(() => next.stop().then(() => undefined));
  await waitUntil(() => processesOf(claude).every((each) => each.pid !== pid));
  expect(textOf(record)).toBe('');
});

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
