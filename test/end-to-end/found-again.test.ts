import { chmodSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { createHousehold } from './harness/create-household.ts';
import { startPostern, startPosternIn } from './harness/start-postern.ts';
import { waitUntil } from './harness/wait-until.ts';

it('a sidecar whose file was deleted is found, named and stopped all the same', async () => {
  const { household, ready, command } = await startPostern();
  onTestFinished(() => household.close());
  const file = join(household.dataDir, 'sidecar.json');

  rmSync(file);
  const second = await household.run(['start', '--sandbox', '--no-open', '--json']);
  expect(second).toMatchObject({ exitCode: 0, stderr: '' });
  expect(JSON.parse(second.stdout)).toEqual({ event: 'already_running', url: ready.url, pid: ready.pid });

  rmSync(file);
  expect(await household.run(['stop'])).toMatchObject({ exitCode: 0, stdout: 'Postern has stopped.\n' });
  expect((await command.ended()).exitCode).toBe(0);
  expect(existsSync(file)).toBe(false);
  expect(await household.run(['stop'])).toMatchObject({ exitCode: 0, stdout: 'Postern is not running.\n' });
});

it('stop stops a sidecar that is still starting', async () => {
  const household = createHousehold();
  onTestFinished(() => household.close());
  const starting = household.begin(['start', '--sandbox', '--no-open', '--json', '--port', '0']);
  // The first thing a start does; it says where it listens a good second later.
  await waitUntil('it starts', () => existsSync(join(household.dataDir, 'instance.db')));
  expect(existsSync(join(household.dataDir, 'sidecar.json'))).toBe(false);

  expect(await household.run(['stop'])).toMatchObject({ exitCode: 0, stdout: 'Postern has stopped.\n' });
  expect((await starting.ended()).exitCode).toBe(0);
  expect(household.processes()).toEqual([]);
});

it('a start while another stops takes over as soon as that one has let go', async () => {
  const household = createHousehold();
  // As a sidecar that stops: its file is gone, and it holds the directory until its programs have ended.
  mkdirSync(household.dataDir, { recursive: true, mode: 0o700 });
  const lock = new DatabaseSync(join(household.dataDir, 'instance.db'));
  chmodSync(join(household.dataDir, 'instance.db'), 0o600);
  lock.exec('BEGIN EXCLUSIVE');
  const starting = startPosternIn(household, ['--sandbox', '--port', '0']);
  await setTimeout(2_500);
  lock.close();
  const { readyAfterMs, stop } = await starting;
  expect(readyAfterMs).toBeGreaterThan(2_500);
  await stop();
});
