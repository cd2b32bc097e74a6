import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPosternClient, type PosternClient } from '@postern/client';
import { expect, it, onTestFinished } from 'vitest';
import { openWorld, signIn, type World, waitUntil } from './harness/open-world.ts';
import type { Sidecar } from './harness/start-sidecar.ts';

function clientOf(sidecar: Sidecar): PosternClient {
  return createPosternClient({ baseUrl: sidecar.url, token: sidecar.token });
}

/** Shows the beginning of an answer, and kills the sidecar. Gives the conversation. */
async function killedWhileAnswering(world: World): Promise<string> {
  const sidecar = world.sidecar();
  const listening = new AbortController();
  let conversationId = '';
  const answering = (async () => {
    for await (const { event, data } of clientOf(sidecar).runQuery(
      { prompt: 'Tell me a long story' },
      { signal: listening.signal },
    )) {
      if (event === 'started') conversationId = data.conversationId;
      if (event !== 'assistant_text') continue;
      await waitUntil(() => linesOf(world, conversationId).some(({ type }) => type === 'user'));
      await sidecar.stop('SIGKILL');
      // The client would look for the sidecar for a minute.
      listening.abort();
    }
  })();
  await expect(answering).rejects.toThrow();
  return conversationId;
}

function linesOf(world: World, conversationId: string): readonly Record<string, unknown>[] {
  return readdirSync(world.dataDir, { recursive: true, encoding: 'utf8' })
    .filter((each) => each.endsWith(`${conversationId}.jsonl`))
    .flatMap((each) => readFileSync(join(world.dataDir, each), 'utf8').trim().split('\n'))
    .map((text) => JSON.parse(text) as Record<string, unknown>);
}

it.each([
  ['at once', false],
  ['after the program gave up on its connection', true],
])(
  'an answer that a killed sidecar had begun to show is marked as not saved by the next start, %s',
  async (_, waits) => {
    const world = await openWorld({ agent: true });
    onTestFinished(() => world.close());
    await signIn(world.sidecar());
    await world.trouble.post('faults', { on: 'messages', kind: 'slow_stream', delayMs: 400 });
    const id = await killedWhileAnswering(world);
    if (waits)
      await waitUntil(() => linesOf(world, id).some(({ isApiErrorMessage }) => isApiErrorMessage === true));

    await signIn(await world.restart());
    const client = clientOf(world.sidecar());
    const shown = async (): Promise<readonly string[]> =>
      (await client.conversation(id)).items.map((item) =>
        item.type === 'user' ? item.text : item.type === 'gap' ? item.reason : item.type,
      );
    expect(await shown()).toEqual(['Tell me a long story', 'unfinished']);
    for await (const { event, data } of client.runQuery({ prompt: 'Go on', conversationId: id }))
      if (event === 'error') throw new Error(data.detail);
    expect(await shown()).toEqual(['Tell me a long story', 'unfinished', 'Go on', 'assistant_text']);
  },
);
