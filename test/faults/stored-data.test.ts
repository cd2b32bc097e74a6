import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isServed, openWorld, signIn, statusOf, type World } from './harness/open-world.ts';
import { startInVain } from './harness/start-sidecar.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld({ store: 'passphrase_file' });
});
afterAll(() => world.close());

const database = (): string => join(world.dataDir, 'postern.db');

describe('a data directory that others could read or have made', () => {
  const unsafe: readonly (readonly [name: string, make: (path: string) => string])[] = [
    [
      'of mode 0777',
      (path) => {
        mkdirSync(path);
        chmodSync(path, 0o777);
        return path;
      },
    ],
    [
      'that is a link',
      (path) => {
        mkdirSync(`${path}-target`, { mode: 0o700 });
        symlinkSync(`${path}-target`, path);
        return path;
      },
    ],
    [
      'of another owner',
      (path) => {
        // Only root can give a directory away; everybody else has one of root's at hand.
        if (process.getuid?.() !== 0) return '/';
        mkdirSync(path, { mode: 0o700 });
        chownSync(path, 65_534, 65_534);
        return path;
      },
    ],
  ];
  it.each(unsafe)('F29 %s is refused with exit 78, and nothing is put into it', async (name, make) => {
    const dataDir = make(join(world.root, name.replaceAll(' ', '-')));
    const before = readdirSync(dataDir).toSorted();
    const { environment, args } = world;
    const { exitCode, said } = await startInVain({ dataDir, environment, args });
    expect([exitCode, JSON.parse(said.trim().split('\n').at(-1) ?? '')]).toEqual([
      78,
      expect.objectContaining({ code: 'unsafe_storage' }),
    ]);
    expect(readdirSync(dataDir).toSorted()).toEqual(before);
  });
});

describe('a database that cannot be read', () => {
  it.each([
    ['truncated', () => truncateSync(database(), 5_000)],
    ['garbage', () => writeFileSync(database(), Buffer.alloc(40_000, 'garbage '))],
    ['empty', () => truncateSync(database(), 0)],
  ])('F29 because it is %s is set aside, never deleted, and a new one begins', async (_name, damage) => {
    await signIn(world.sidecar());
    await world.sidecar().stop();
    damage();
    const damaged = readFileSync(database());
    const before = readdirSync(world.dataDir);
    const sidecar = await world.restart();
    expect((await statusOf(sidecar)).state).toBe('signed_out');
    const kept = readdirSync(world.dataDir).filter(
      (file) => !before.includes(file) && /postern\.db\..*\d/.test(file),
    );
    expect(kept.some((file) => readFileSync(join(world.dataDir, file)).equals(damaged))).toBe(true);
    expect((await sidecar.call('GET', '/auth/anthropic/status')).text).toContain('could not be read');
    await signIn(sidecar);
    expect(await isServed(world)).toBe(true);
  });
});

describe('a database of a newer version', () => {
  it('F29 is refused with exit 78, and not a byte of it is changed', async () => {
    await world.sidecar().stop();
    const connection = new DatabaseSync(database());
    const now = connection.prepare('PRAGMA user_version').get()?.['user_version'];
    connection.exec(`PRAGMA user_version = ${Number(now) + 1}; PRAGMA wal_checkpoint(TRUNCATE)`);
    connection.close();
    const before = readFileSync(database());
    const { dataDir, environment, args } = world;
    const { exitCode, said } = await startInVain({ dataDir, environment, args });
    expect([exitCode, said]).toEqual([78, expect.stringContaining('storage_newer')]);
    expect(readFileSync(database()).equals(before)).toBe(true);
    const back = new DatabaseSync(database());
    back.exec(`PRAGMA user_version = ${now}`);
    back.close();
    await world.restart();
    expect((await statusOf(world.sidecar())).state).toBe('signed_in');
  });
});
