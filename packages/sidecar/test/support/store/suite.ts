import type { StoreKind } from '@postern/contract';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { absentSignIn } from '../../../src/credentials/index.ts';
import { Secret } from '../../../src/secret/index.ts';
import type { Store } from '../../../src/store/store.ts';
import {
  canary,
  canaryPending,
  canarySignIn,
  filesContaining,
  shown,
  temporaryDirectory,
} from './harness.ts';

/** What every store promises, whatever its kind. `open` opens one in a directory, again and again with the same key. */
export function describeStore(kind: StoreKind, open: (dataDir: string) => Promise<Store>): void {
  describe(`a store of kind ${kind}`, () => {
    let directory: ReturnType<typeof temporaryDirectory>;
    let store: Store;

    beforeEach(async () => {
      directory = temporaryDirectory();
      store = await open(directory.path);
    });
    afterEach(async () => {
      await store.close();
      directory.remove();
    });

    async function reopen(): Promise<void> {
      await store.close();
      store = await open(directory.path);
    }

    test('has an absent sign-in at version 0 before anything is stored', async () => {
      expect(await store.signIns.read('oauth:default')).toEqual(absentSignIn(0));
      expect(store.signIns.ids()).toEqual([]);
      expect(await store.pendingSignIn.read()).toBeNull();
      expect(await store.apiKeys.read('api_key:default')).toBeNull();
    });

    test('gives back a sign-in whole, every field of it', async () => {
      const record = {
        ...canarySignIn(7),
        failedAttempt: { code: 'refresh_unavailable', atMs: 1, count: 2, retryAtMs: 3 },
        intent: { refreshTokenFingerprint: 'abc', atMs: 4, unanswered: true, triedLate: false },
        acceptedAtMs: 5,
        cooldown: { untilMs: 6, version: 7 },
      } as const;
      expect(await store.signIns.update('oauth:default', () => record)).toBe(record);
      expect(shown(await store.signIns.read('oauth:default'))).toEqual(shown(record));
    });

    test('lists ids oldest first, however often they are replaced', async () => {
      for (const id of ['b', 'a', 'c', 'b']) await store.signIns.update(id, () => canarySignIn());
      expect(store.signIns.ids()).toEqual(['b', 'a', 'c']);
    });

    test('writes nothing when a change gives the same object back', async () => {
      await store.signIns.update('nobody', (current) => current);
      expect(store.signIns.ids()).toEqual([]);
    });

    test('opens a record once, and again when it was replaced or removed', async () => {
      await store.signIns.update('oauth:default', () => canarySignIn(1));
      const first = await store.signIns.read('oauth:default');
      expect(await store.signIns.read('oauth:default')).toBe(first);
      await store.signIns.update('oauth:default', () => canarySignIn(2));
      expect((await store.signIns.read('oauth:default')).version).toBe(2);
      await store.apiKeys.write('api_key:default', new Secret('first'));
      const key = await store.apiKeys.read('api_key:default');
      expect(await store.apiKeys.read('api_key:default')).toBe(key);
      await store.apiKeys.write('api_key:default', null);
      expect(await store.apiKeys.read('api_key:default')).toBeNull();
    });

    test('changes nothing when a change throws', async () => {
      await store.signIns.update('oauth:default', () => canarySignIn(1));
      const refused = store.signIns.update('oauth:default', () => {
        throw new Error('no');
      });
      await expect(refused).rejects.toThrow('no');
      expect((await store.signIns.read('oauth:default')).version).toBe(1);
    });

    test('loses no update of many at once', async () => {
      const updates = Array.from({ length: 20 }, () =>
        store.signIns.update('oauth:default', (current) => canarySignIn(current.version + 1)),
      );
      await Promise.all(updates);
      expect((await store.signIns.read('oauth:default')).version).toBe(20);
    });

    test('gives a pending sign-in to the first who takes it, and to nobody else', async () => {
      await store.pendingSignIn.write(canaryPending('one'));
      await store.pendingSignIn.write(canaryPending('two'));
      expect(shown(await store.pendingSignIn.read())).toEqual(shown(canaryPending('two')));
      expect(await store.pendingSignIn.take('one')).toBe(false);
      const takers = await Promise.all([1, 2, 3].map(() => store.pendingSignIn.take('two')));
      expect(takers.filter(Boolean)).toHaveLength(1);
      expect(await store.pendingSignIn.read()).toBeNull();
    });

    test('keeps, replaces and removes API keys', async () => {
      await store.apiKeys.write('api_key:default', new Secret('first'));
      await store.apiKeys.write('api_key:default', new Secret(canary));
      expect((await store.apiKeys.read('api_key:default'))?.reveal()).toBe(canary);
      expect(store.apiKeys.ids()).toEqual(['api_key:default']);
      await store.apiKeys.write('api_key:default', null);
      expect(await store.apiKeys.read('api_key:default')).toBeNull();
      expect(store.apiKeys.ids()).toEqual([]);
    });

    test('keeps documents and rows across a restart, and secrets only where it is persistent', async () => {
      await store.signIns.update('oauth:default', () => canarySignIn(3));
      await store.pendingSignIn.write(canaryPending());
      await store.apiKeys.write('api_key:default', new Secret(canary));
      store.documents.update('settings', () => ({ theme: 'dark' }));
      store.sql.run("INSERT INTO timeline (at_ms, type, text) VALUES (1, 'signed_in', 'hello')");
      await reopen();
      const kept = kind !== 'memory';
      expect(shown(await store.signIns.read('oauth:default'))).toEqual(
        shown(kept ? canarySignIn(3) : absentSignIn(0)),
      );
      expect(await store.pendingSignIn.take('one')).toBe(kept);
      expect((await store.apiKeys.read('api_key:default'))?.reveal()).toBe(kept ? canary : undefined);
      expect(store.documents.read('settings')).toEqual({ theme: 'dark' });
      expect(store.sql.all('SELECT text FROM timeline')).toEqual([{ text: 'hello' }]);
    });

    test('leaves no secret on the disk that could be read, open or closed, before or after removal', async () => {
      const secrets = [canary, 'ada@example.org'];
      const found = (): readonly string[] =>
        secrets.flatMap((secret) => filesContaining(directory.path, secret));
      await store.signIns.update('oauth:default', () => canarySignIn(3));
      await store.pendingSignIn.write(canaryPending());
      await store.apiKeys.write('api_key:default', new Secret(canary));
      await store.mcpSecrets.write('notes', new Secret(canary));
      expect(found()).toEqual([]);
      await store.signIns.update('oauth:default', () => absentSignIn(4));
      await reopen();
      expect(found()).toEqual([]);
    });

    test('keeps the secrets of MCP servers by name, apart from the keys', async () => {
      await store.mcpSecrets.write('notes', new Secret('first'));
      await store.mcpSecrets.write('notes', new Secret(canary));
      await reopen();
      const isKept = kind !== 'memory';
      expect((await store.mcpSecrets.read('notes'))?.reveal()).toBe(isKept ? canary : undefined);
      expect([store.mcpSecrets.ids(), store.apiKeys.ids()]).toEqual([isKept ? ['notes'] : [], []]);
      await store.mcpSecrets.write('notes', null);
      expect([await store.mcpSecrets.read('notes'), store.mcpSecrets.ids()]).toEqual([null, []]);
    });

    test('keeps the sign-ins of MCP servers apart from the user’s own', async () => {
      await store.mcpSignIns.update('own:notes', () => canarySignIn(2));
      await reopen();
      const isKept = kind !== 'memory';
      expect((await store.mcpSignIns.read('own:notes')).status).toBe(isKept ? 'active' : 'absent');
      expect([store.mcpSignIns.ids(), store.signIns.ids()]).toEqual([isKept ? ['own:notes'] : [], []]);
      expect(filesContaining(directory.path, canary)).toEqual([]);
    });

    test('says where it keeps things and whether they last', async () => {
      await store.signIns.update('oauth:default', () => canarySignIn());
      expect(store.health()).toMatchObject({ kind, persisted: kind !== 'memory', healthy: true });
    });

    test('runs one holder of the lock at a time, in the order of asking', async () => {
      const order: string[] = [];
      const hold = (name: string) =>
        store.exclusively(async () => {
          order.push(`${name} in`);
          await new Promise(setImmediate);
          order.push(`${name} out`);
        });
      await Promise.all([hold('a'), hold('b')]);
      expect(order).toEqual(['a in', 'a out', 'b in', 'b out']);
    });
  });
}
