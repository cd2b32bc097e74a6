/** The whole sidecar with a real Secret Service (gnome-keyring on a bus of its own), and with none. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type SecretService,
  startSecretService,
} from '../../packages/sidecar/test/support/store/fake-secret-service.ts';
import {
  asked,
  isServed,
  openWorld,
  refreshesSent,
  signIn,
  statusOf,
  type World,
  waitUntil,
} from '../faults/harness/open-world.ts';
import { runPostern } from '../faults/harness/run-postern.ts';
import { startInVain } from '../faults/harness/start-sidecar.ts';

let place: string;
let world: World | null;
let service: SecretService | null;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'postern-bus-'));
  world = null;
  service = null;
});
afterEach(async () => {
  await world?.close();
  await service?.stop();
  rmSync(place, { recursive: true, force: true, maxRetries: 5 });
});

const bus = (): string => join(place, 'socket');
async function open(store: 'os_keychain' | null): Promise<World> {
  world = await openWorld({
    store,
    variables: () => ({ DBUS_SESSION_BUS_ADDRESS: `unix:path=${bus()}` }),
  });
  return world;
}

/** Every file below a folder, read whole. */
function contentsOf(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');
}

describe('F26 a keychain that is locked', () => {
  it('while Postern runs ends nothing: it serves, renews and stores; at the next start it is said, until it is open', async () => {
    service = await startSecretService(bus(), join(place, 'keyring'));
    const here = await open(null);
    await signIn(here.sidecar());
    expect((await here.sidecar().call('GET', '/auth/anthropic/status')).body['store']).toMatchObject({
      kind: 'os_keychain',
      persisted: true,
      healthy: true,
    });

    await service.lock();
    expect(await isServed(here)).toBe(true);
    expect((await here.sidecar().call('POST', '/auth/anthropic/refresh')).status).toBe(200);
    expect(await statusOf(here.sidecar())).toMatchObject({ state: 'signed_in', persisted: true });

    await here.sidecar().stop();
    const sidecar = await here.restart();
    for (const [method, path] of [
      ['GET', '/auth/anthropic/status'],
      ['POST', '/auth/anthropic/refresh'],
      ['POST', '/auth/anthropic/logout'],
    ] as const) {
      const { status, body } = await sidecar.call(method, path);
      expect([path, status, body['code']]).toEqual([path, 423, 'credential_store_locked']);
    }
    expect((await sidecar.call('GET', '/health')).body['status']).toBe('degraded');
    expect(await asked(here, 'models')).toBeGreaterThan(0);

    await service.unlock();
    await waitUntil(async () => (await sidecar.call('GET', '/auth/anthropic/status')).status === 200);
    expect((await statusOf(sidecar)).state).toBe('signed_in');
    expect(await isServed(here)).toBe(true);
    expect((await sidecar.call('POST', '/auth/anthropic/refresh')).status).toBe(200);
    expect(await refreshesSent(here)).toEqual([1, 1]);
  });

  it('or gone with its bus while Postern runs ends nothing', async () => {
    service = await startSecretService(bus(), join(place, 'keyring'));
    const here = await open('os_keychain');
    await signIn(here.sidecar());
    await service.stop();
    expect(await isServed(here)).toBe(true);
    expect((await here.sidecar().call('POST', '/auth/anthropic/refresh')).status).toBe(200);
    expect((await statusOf(here.sidecar())).state).toBe('signed_in');
  });
});

describe('secrets', () => {
  it('rest sealed: no token is in the data directory, in the keyring’s files or in the log', async () => {
    service = await startSecretService(bus(), join(place, 'keyring'));
    const here = await open('os_keychain');
    await signIn(here.sidecar());
    const key = await here.sidecar().call('POST', '/settings', { apiKey: here.sandbox.apiKey });
    expect(key.status).toBe(200);
    const args = ['token', '--live', '--data-dir', here.dataDir, '--store', 'os_keychain'];
    const printed = await runPostern(args, here.environment);
    const token = printed.stdout.trim();
    expect([printed.exitCode, token.length > 20]).toEqual([0, true]);
    await here.sidecar().stop();
    const everything = contentsOf(here.dataDir) + contentsOf(place) + here.sidecar().log();
    for (const secret of [here.sandbox.apiKey, token])
      for (const form of [
        secret,
        Buffer.from(secret).toString('base64').slice(0, 24),
        Buffer.from(secret).toString('hex'),
      ])
        expect(everything).not.toContain(form);
    await here.restart();
    expect((await statusOf(here.sidecar())).state).toBe('signed_in');
  });
});

describe('a keychain that does not answer', () => {
  it('holds up no stop: a Postern that still waits for it ends at once', async () => {
    const silent = createServer(() => undefined).listen(bus());
    const dataDir = join(place, 'data');
    const environment = { HOME: place, DBUS_SESSION_BUS_ADDRESS: `unix:path=${bus()}` };
    const args = ['start', '--live', '--no-open', '--port', '0', '--data-dir', dataDir];
    const start = runPostern(args, environment);
    const starting = join(dataDir, 'starting.json');
    const note = (): string => (existsSync(starting) ? readFileSync(starting, 'utf8') : '');
    await waitUntil(() => note().includes('"keychain"'));
    // Another `postern` says why nothing answers yet, and asks the keychain nothing itself.
    const said = await runPostern(['status', '--live', '--data-dir', dataDir], environment);
    expect([said.exitCode, said.stdout]).toEqual([
      3,
      expect.stringMatching(/^Postern: +starting since .*, waiting for the keychain \(process \d+\)\nNext: /),
    ]);
    // As `postern stop` does.
    process.kill((JSON.parse(note()) as { pid: number }).pid, 'SIGTERM');
    // It never said that it is ready: the five seconds it gives the keychain were not over.
    expect(await start).toMatchObject({ exitCode: 0, stdout: '' });
    expect(existsSync(starting)).toBe(false);
    silent.close();
  });
});

describe('F27 a machine without a keychain', () => {
  it('keeps sign-ins in memory by default and says so everywhere; nothing lies in clear', async () => {
    const here = await open(null);
    await signIn(here.sidecar());
    const { body } = await here.sidecar().call('GET', '/auth/anthropic/status');
    expect(body['store']).toMatchObject({ kind: 'memory', persisted: false });
    expect(String((body['store'] as { readonly detail: string }).detail)).toContain('There is no keychain');
    expect((await here.sidecar().call('GET', '/health')).body['missing']).toContain('os_keychain');
    expect(here.sidecar().log()).toContain('There is no keychain');
    expect((await here.sidecar().call('GET', '/diagnostics')).text).toContain('store_memory');
    await here.sidecar().stop();
    for (const word of ['access_token"', 'refresh_token"'])
      expect(contentsOf(here.dataDir)).not.toContain(word);
    await here.restart();
    expect((await statusOf(here.sidecar())).state).toBe('signed_out');
  });

  it('does not start where a keychain was named, and says what else there is', async () => {
    const here = await open(null);
    const { dataDir, environment } = here;
    await here.sidecar().stop();
    const args = ['--live', '--port', '0', '--store', 'os_keychain'];
    const { exitCode, said } = await startInVain({ dataDir: `${dataDir}-2`, environment, args });
    expect([exitCode, said]).toEqual([78, expect.stringMatching(/passphrase_file.*memory/)]);
    await here.restart();
  });
});
