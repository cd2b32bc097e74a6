import { createPosternClient } from '@postern/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { processesOf } from '../end-to-end/harness/processes.ts';
import { openWorld, signIn, type World, waitUntil } from './harness/open-world.ts';

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
      { prompt: 'Run `sleep 3600`' },
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
