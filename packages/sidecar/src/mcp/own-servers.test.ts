import { type ChosenSettings, defaultSettings } from '@postern/contract';
import { expect, it } from 'vitest';
import { noServerSignIns } from '../../test/support/mcp/no-server-sign-ins.ts';
import type { Secret } from '../secret/index.ts';
import { createOwnServers } from './own-servers.ts';

const canary = 'canary-of-a-sealed-secret-0123456789';

function own(mcpServers: NonNullable<ChosenSettings['mcpServers']>) {
  const secrets = new Map<string, Secret>();
  let settings: ChosenSettings = { ...defaultSettings, mcpServers };
  let changes = 0;
  const servers = createOwnServers({
    settings: { read: () => settings },
    secrets: {
      ids: () => [...secrets.keys()],
      read: async (name) => secrets.get(name) ?? null,
      async write(name, value) {
        if (value === null) secrets.delete(name);
        else secrets.set(name, value);
      },
    },
    signIns: noServerSignIns,
    onChange: () => {
      changes += 1;
    },
    log: () => undefined,
  });
  return {
    servers,
    set: (next: typeof mcpServers) => {
      settings = { ...settings, mcpServers: next };
    },
    changes: () => changes,
  };
}
const notes = { command: 'npx', args: ['notes'], env: { API_TOKEN: { secret: 'a' }, MODE: 'x' } };
const failed = {
  name: 'notes',
  origin: 'own',
  status: 'failed',
  reason: 'It ended.',
  nextStep: 'Look.',
} as const;

it('gives what is switched on, with secrets by name', async () => {
  const { servers } = own({
    notes,
    off: { command: 'x', enabled: false },
    far: { url: 'https://x.example/?key=1' },
  });
  expect(servers.definitions()).toMatchObject([
    { name: 'notes', kind: 'stdio', command: 'npx', env: { API_TOKEN: { secret: 'a' }, MODE: 'x' } },
    { name: 'far', kind: 'http', url: 'https://x.example/?key=1' },
  ]);
  // A key may stand in an address.
  expect((await servers.list()).items.at(-1)?.target).toBe('https://x.example/');
});

it('never shows a secret again, and makes other servers of those that use it', async () => {
  const { servers, changes } = own({ notes });
  expect((await servers.list()).items[0]?.missingSecrets).toEqual(['a']);
  const before = JSON.stringify(servers.definitions());
  const list = await servers.changeSecret({ name: 'a', value: canary });
  expect(list).toMatchObject({
    items: [{ missingSecrets: [] }],
    secrets: [{ name: 'a', usedBy: ['notes'] }],
  });
  expect((await servers.secret('a'))?.reveal()).toBe(canary);
  expect(JSON.stringify([list, servers.definitions(), servers])).not.toContain(canary);
  expect([JSON.stringify(servers.definitions()) === before, changes()]).toEqual([false, 1]);
  expect((await servers.changeSecret({ name: 'a', value: null })).secrets).toEqual([]);
});

it('says how a server stood last, but not what another one of its name did', async () => {
  const { servers, set } = own({ notes });
  expect((await servers.list()).items[0]?.status).toBeNull();
  servers.note(failed);
  servers.note({ ...failed, origin: 'folder', status: 'connected' });
  servers.note({ ...failed, name: 'toString' });
  expect((await servers.list()).items[0]).toMatchObject({
    status: 'failed',
    reason: 'It ended.',
    nextStep: 'Look.',
  });
  set({ notes: { command: 'other' } });
  expect((await servers.list()).items[0]?.status).toBeNull();
});
