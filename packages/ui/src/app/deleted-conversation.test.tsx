// @vitest-environment happy-dom
import { type ConversationSummary, problemOf } from '@postern/contract';
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/preact';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { actNow, settled } from '../../test/support/act-now.ts';
import { openApp } from '../../test/support/open-app.tsx';
import { laterParts } from './later-parts.ts';

/** What the sidecar has; another window may have deleted some of it. */
let conversations: ConversationSummary[] = [];

// None of them is to arrive after the test that asked for it.
beforeAll(async () => {
  for (const load of Object.values(laterParts)) await load();
});
beforeEach(() => {
  sessionStorage.clear();
  conversations = ['Plans', 'Notes'].map((title) => ({
    ...{ id: title, title, workspace: null, updatedAt: '2026-11-24T12:00:00.000Z' },
  }));
  vi.stubGlobal('fetch', async (to: unknown, { method = 'GET' }: RequestInit = {}) => {
    const { pathname } = new URL(String(to));
    if (pathname === '/conversations')
      return Response.json({ items: conversations, next: null, reading: false });
    const [, id] = /^\/conversations\/(\w+)$/.exec(pathname) ?? [];
    const found = conversations.find((each) => each.id === id);
    if (method === 'DELETE') {
      conversations = conversations.filter((each) => each !== found);
      return Response.json({});
    }
    if (found !== undefined) return Response.json({ ...found, items: [], next: null });
    return Response.json(problemOf('conversation_not_found'), {
      ...{ status: 404, headers: { 'content-type': 'application/problem+json' } },
    });
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

/** The app at a place after a conversation was open; what is listed is as the sidecar had it then. */
async function openAt(hash: string, shown: string) {
  const app = openApp(hash);
  app.history.reload();
  await screen.findByText('Notes');
  actNow(() => app.store.dispatch({ type: 'thread_shown', conversationId: shown }));
  return app;
}

async function remove(title: string) {
  fireEvent.click(screen.getByRole('button', { name: `Rename or delete “${title}”` }));
  fireEvent.click(screen.getByRole('button', { name: 'Delete…' }));
  fireEvent.click(screen.getByRole('button', { name: 'Delete' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(screen.queryByRole('button', { name: `Rename or delete “${title}”` })).toBeNull();
}

it('leads to a new one only where it is what one looks at', async () => {
  await openAt('#/settings/paying', 'Plans');
  await remove('Plans');
  expect(window.location.hash).toBe('#/settings/paying');
  cleanup();
  const app = await openAt('#/ask/Notes', 'Notes');
  await remove('Notes');
  expect(window.location.hash).toBe('#/ask');
  expect(app.store.getState().history.items).toEqual([]);
});

it('goes from the list, and offers nothing that cannot help, where another window deleted it', async () => {
  const app = await openAt('#/ask/Plans', 'Notes');
  conversations = conversations.filter(({ id }) => id !== 'Plans');
  actNow(() => app.store.dispatch({ type: 'thread_shown', conversationId: 'Plans' }));
  app.history.loadShown();
  await screen.findByText(problemOf('conversation_not_found').title);
  await settled();
  expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull();
  expect(screen.queryByText('Plans')).toBeNull();
  expect(screen.getByText('Notes')).toBeTruthy();
});
