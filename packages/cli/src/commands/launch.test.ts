import { afterEach, beforeEach, expect, it } from 'vitest';
import { json } from '../../../client/test/scripted-sidecar.ts';
import { type CommandWorld, createCommandWorld } from '../../test/command-world.ts';
import { createMemorySidecar } from '../../test/memory-sidecar.ts';

let world: CommandWorld;
beforeEach(async () => {
  world = await createCommandWorld();
});
afterEach(() => world.close());

it('opens a window of the Postern that runs, also where a launcher passes an empty link', async () => {
  world.recordSidecar();
  const url = 'http://127.0.0.1:8765/#ticket=one-time';
  world.sidecar.on('POST /session/ticket', json({ url, expiresAt: '2026-11-23T10:01:00.000Z' }));
  for (const words of [['launch'], ['launch', '']]) expect((await world.run(words)).stdout).toBe(`${url}\n`);
});

it('starts Postern with its window where none runs', async () => {
  const sidecar = createMemorySidecar();
  const running = world.start(['--sandbox', 'launch'], { sidecar });
  await running.printed(/ready/);
  running.interrupt();
  expect((await running.done).exitCode).toBe(0);
  expect(sidecar.starts).toMatchObject([{ mode: 'sandbox', open: true, dataDir: world.dataDir }]);
});
