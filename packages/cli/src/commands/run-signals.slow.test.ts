import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import { json, stream } from '../../../client/test/scripted-sidecar.ts';
import { type CommandWorld, createCommandWorld } from '../../test/command-world.ts';

const postern = fileURLToPath(new URL('../../bin/postern.ts', import.meta.url));
let world: CommandWorld;
beforeEach(async () => {
  world = await createCommandWorld();
  world.recordSidecar();
  const lease = { leaseId: 'l1', expiresAt: '2026-11-23T11:00:00.000Z' };
  const credential = { id: 'api_key:default', kind: 'api_key', payer: 'the organization of the key' };
  const grant = { ...lease, asks: false, secret: 'secret', baseUrl: 'http://127.0.0.1:9', credential };
  const ended = { ...lease, label: 'node', createdAt: lease.expiresAt, capUsd: null, model: null };
  world.sidecar.on('POST /leases', json(grant));
  world.sidecar.on('GET /leases', json({ items: [], next: null }));
  world.sidecar.on('DELETE /leases/l1', json({ ...ended, calls: 0, spentUsd: 0 }));
  world.sidecar.on('GET /events', stream([], 'stay'));
});
afterEach(() => world.close());

it.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const)(
  'postern run passes %s on, and outlives it to end the lease',
  async (signal) => {
    const ready = join(world.homeDir, 'ready');
    const program = `process.on('${signal}', () => process.exit(41));
      require('fs').writeFileSync(${JSON.stringify(ready)}, '');
      setTimeout(() => process.exit(1), 20_000)`;
    const child = spawn(process.execPath, [postern, 'run', '--', process.execPath, '-e', program], {
      env: { PATH: process.env['PATH'], HOME: world.homeDir, POSTERN_DATA_DIR: world.dataDir },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    await expect.poll(() => existsSync(ready), { timeout: 15_000 }).toBe(true);
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([41, null]);
    expect(world.sidecar.requests.some(({ method }) => method === 'DELETE')).toBe(true);
  },
  40_000,
);
