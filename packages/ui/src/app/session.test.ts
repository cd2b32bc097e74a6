import type { Fetch } from '@postern/client';
import { problemOf } from '@postern/contract';
import { expect, it } from 'vitest';
import { type AddressBar, startSession, takeOpening } from './session.ts';
import { createTabMemory, type TabStorage } from './session-storage.ts';

function fakeBar(hash: string): AddressBar & { readonly shown: string[] } {
  const shown: string[] = [];
  return {
    shown,
    location: { hash, origin: '', pathname: '/' },
    history: { replaceState: (_state, _title, url) => void shown.push(String(url)) },
  };
}

function memoryStorage(): TabStorage {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

/** The sidecar's door: one ticket is good, every other gets the problem document. */
const door: Fetch = async (_address, init) => {
  const good = init.body === JSON.stringify({ ticket: 'good' });
  return Response.json(good ? { token: 'the token' } : problemOf('unauthorized'), {
    status: good ? 200 : 401,
  });
};
const origin = 'http://127.0.0.1:8765';

it('takes the ticket out of the address at once', () => {
  const bar = fakeBar('#ticket=abc');
  expect(takeOpening(bar)).toEqual({ ticket: 'abc', workspace: null });
  expect(bar.shown).toEqual(['/#/ask']);
});

it('takes the folder that was opened with it', () => {
  const workspace = '/home/ada/a+b & c';
  const bar = fakeBar(`#ticket=abc&workspace=${encodeURIComponent(workspace)}`);
  expect(takeOpening(bar)).toEqual({ ticket: 'abc', workspace });
  expect(bar.shown).toEqual(['/#/ask']);
});

it('leaves an address without a ticket alone', () => {
  const bar = fakeBar('#/settings');
  expect(takeOpening(bar)).toBeNull();
  expect(bar.shown).toEqual([]);
});

it('keeps the token for this tab, and only there', async () => {
  const memory = createTabMemory(memoryStorage());
  await startSession(origin, 'good', memory, door);
  expect(memory.token()).toBe('the token');
});

it('refuses a used ticket where the tab has no token', async () => {
  const memory = createTabMemory(memoryStorage());
  await expect(startSession(origin, 'used', memory, door)).rejects.toMatchObject({ code: 'unauthorized' });
});

it('goes on with the token of a restored tab whose ticket is old', async () => {
  const memory = createTabMemory(memoryStorage());
  memory.keepToken('the token');
  await expect(startSession(origin, 'used', memory, door)).resolves.toBeDefined();
  expect(memory.token()).toBe('the token');
});

it('works on without a memory where the browser refuses it', () => {
  const refusing = () => {
    throw new Error('refused');
  };
  const memory = createTabMemory({ getItem: refusing, setItem: refusing, removeItem: refusing });
  memory.keepDraft('new', 'text');
  expect(memory.draft('new')).toBe('');
});
