// @vitest-environment happy-dom
import type { Settings } from '@postern/contract';
import { cleanup, fireEvent, screen } from '@testing-library/preact';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { actNow, settled } from '../../test/support/act-now.ts';
import { openApp as open, patience } from '../../test/support/open-app.tsx';
import { settingsWith } from '../../test/support/sample-facts.ts';
import { laterParts } from './later-parts.ts';

// None of them is to arrive after the test that asked for it.
beforeAll(async () => {
  for (const load of Object.values(laterParts)) await load();
});
beforeEach(() => {
  sessionStorage.clear();
  vi.stubGlobal('fetch', async () => {
    throw new TypeError('There is no Postern here.');
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it('keeps the focus on the link by which one moves between the places of Settings', async () => {
  const app = open('#/settings/accounts');
  const link = await screen.findByRole('link', { name: /Paying/ }, patience);
  link.focus();
  actNow(() => app.store.dispatch({ type: 'route_changed', route: { place: 'settings', at: 'paying' } }));
  expect(document.activeElement).toBe(link);
  expect(link.isConnected).toBe(true);
});

it('says which program waits for an answer without counting down in a live region', () => {
  const app = open('#/usage');
  actNow(() =>
    app.store.dispatch({
      type: 'lease_question_heard',
      question: {
        ...{ requestId: 'q1', leaseId: 'l1', label: 'nightly', reason: 'plan_limit_reached', capUsd: 5 },
        from: { id: 'oauth:default', kind: 'oauth', payer: 'Your plan' },
        to: { id: 'api_key:default', kind: 'api_key', payer: 'Your key' },
        payer: 'Your key',
        expiresAt: new Date(Date.now() + 240_000).toISOString(),
      },
    }),
  );
  expect(screen.getByRole('status', { name: 'Notices' }).textContent).toContain('nightly');
  expect(document.querySelectorAll('.countdown')).toHaveLength(1);
  expect(document.querySelectorAll('[role="status"] .countdown')).toHaveLength(0);
});

it('begins with /clear one conversation in the same folder, and none after it', () => {
  const app = open('#/ask');
  const folder = () => screen.getByRole<HTMLInputElement>('combobox', { name: 'Workspace' }).value;
  const begun = (prompt: string, workspace: string) =>
    actNow(() => {
      const key = app.store.getState().threads.shown;
      app.store.dispatch({ type: 'query_asked', key, request: { prompt, workspace } });
      app.store.dispatch({ type: 'query_stopped', key });
    });
  begun('Hello', '/w');
  const prompt = screen.getByLabelText('Prompt');
  fireEvent.input(prompt, { target: { value: '/' }, inputType: 'insertText' });
  fireEvent.input(prompt, { target: { value: '/clear' }, inputType: 'insertText' });
  fireEvent.keyDown(prompt, { key: 'Enter' });
  expect(folder()).toBe('/w');
  begun('Hello again', '/w');
  actNow(() => app.store.dispatch({ type: 'thread_begun' }));
  expect(folder()).toBe('');
});

it('keeps the focus and what is typed for one cap when another one was saved', async () => {
  const app = open('#/settings/paying');
  const month = await screen.findByLabelText<HTMLInputElement>('Monthly cap in US dollars', {}, patience);
  month.focus();
  fireEvent.change(month, { target: { value: '80' } });
  const { fallback } = settingsWith({});
  const settings = settingsWith({ fallback: { ...fallback, capUsdPerDay: 7 } });
  actNow(() => app.store.dispatch({ type: 'facts_loaded', facts: { settings } }));
  expect(screen.getByLabelText<HTMLInputElement>('Daily cap in US dollars').value).toBe('7');
  expect([document.activeElement, month.value]).toEqual([month, '80']);
});

it('keeps half an answer to the agent over a visit to another place', async () => {
  const app = open('#/ask');
  const { shown: key } = app.store.getState().threads;
  const question = { id: 'q1', text: 'Which?', header: '', options: [], multiple: false, required: false };
  actNow(() => {
    app.store.dispatch({ type: 'query_asked', key, request: { prompt: 'Hello' } });
    app.store.dispatch({
      ...{ type: 'query_events', key },
      events: [
        {
          event: 'question_request',
          data: {
            ...{ requestId: 'p1', from: { type: 'agent' }, expiresAt: null },
            questions: [{ ...question, ownWords: 'text' }],
          },
        },
      ],
    });
  });
  const line = () => screen.findByRole<HTMLInputElement>('textbox', { name: 'Which?' }, patience);
  fireEvent.change(await line(), { target: { value: 'The first' } });
  actNow(() => app.store.dispatch({ type: 'route_changed', route: { place: 'usage' } }));
  expect(screen.queryByRole('textbox', { name: 'Which?' })).toBeNull();
  actNow(() => app.store.dispatch({ type: 'route_changed', route: { place: 'ask', conversationId: null } }));
  expect((await line()).value).toBe('The first');
});

it('sends a draft with its folder, model and files, over a visit to another place and a reload', () => {
  const app = open('#/ask');
  const drafted = () => ({
    prompt: screen.getByLabelText<HTMLTextAreaElement>('Prompt').value,
    workspace: screen.getByRole<HTMLInputElement>('combobox', { name: 'Workspace' }).value,
    model: screen.getByRole<HTMLInputElement>('combobox', { name: 'Model' }).value,
    files: screen.queryAllByText('/w/a.txt').length,
  });
  const written = { prompt: 'Tidy up', workspace: '/w', model: 'opus', files: 1 };
  const change = (field: HTMLElement, value: string) =>
    actNow(() => fireEvent.change(field, { target: { value } }));
  for (const [name, value] of [
    ['Workspace', '/w'],
    ['Model', 'opus'],
  ] as const) {
    change(screen.getByRole('combobox', { name }), value);
    actNow(() => fireEvent.keyDown(screen.getByRole('combobox', { name }), { key: 'Enter' }));
  }
  change(screen.getByLabelText('Prompt'), 'Tidy up');
  actNow(() => fireEvent.click(screen.getByRole('button', { name: 'Attach files' })));
  change(screen.getByLabelText('File path'), '/w/a.txt');
  actNow(() => fireEvent.click(screen.getByRole('button', { name: 'Attach file' })));
  expect(drafted()).toEqual(written);
  actNow(() => app.store.dispatch({ type: 'route_changed', route: { place: 'usage' } }));
  actNow(() => app.store.dispatch({ type: 'route_changed', route: { place: 'ask', conversationId: null } }));
  expect(drafted()).toEqual(written);
  cleanup();
  open('#/ask');
  expect(drafted()).toEqual(written);
});

it('says of a new conversation what is asked in it, once that is known', () => {
  const app = open('#/ask');
  const says = (mode: Settings['permissionMode']) => {
    const settings = settingsWith({ permissionMode: mode });
    actNow(() => app.store.dispatch({ type: 'facts_loaded', facts: { settings } }));
    return document.querySelector('.greeting p')?.textContent;
  };
  expect(says('ask')).toContain('Before a tool changes a file');
  expect(says('accept_edits')).toContain('may change files in the workspace without asking');
  expect(says('plan')).toContain('only reads and makes a plan');
});

it('reads what is left of the caps when they are shown, and again when one has changed', async () => {
  const asked: string[] = [];
  vi.stubGlobal('fetch', async (to: unknown) => {
    asked.push(new URL(String(to)).pathname);
    throw new TypeError('There is no Postern here.');
  });
  const app = open('#/settings/paying');
  const reads = () => asked.filter((path) => path === '/usage').length;
  await screen.findByLabelText('Monthly cap in US dollars', {}, patience);
  await vi.waitFor(() => expect(reads()).toBe(1));
  const { fallback } = settingsWith({});
  const load = (capUsdPerDay: number) => {
    const settings = settingsWith({ fallback: { ...fallback, capUsdPerDay } });
    actNow(() => app.store.dispatch({ type: 'facts_loaded', facts: { settings } }));
  };
  load(7);
  await vi.waitFor(() => expect(reads()).toBe(2));
  load(7);
  await settled();
  expect(reads()).toBe(2);
});

it.each([
  ['what is left', '#/settings/paying'],
  ['what is spent', '#/usage'],
])('reads %s again when a turn ended, and after a time without events', async (_name, at) => {
  let usages = 0;
  let events: ReadableStreamDefaultController | null = null;
  vi.stubGlobal('fetch', async (to: unknown) => {
    const { pathname } = new URL(String(to));
    if (pathname === '/usage') usages += 1;
    if (pathname !== '/events') throw new TypeError('There is no Postern here.');
    const stream = new ReadableStream({
      start: (controller) => {
        events = controller;
      },
    });
    return new Response(stream, { headers: { 'content-type': 'text/event-stream' } });
  });
  const current = () => events as ReadableStreamDefaultController | null;
  const app = open(at);
  const end = app.start();
  await screen.findByRole('heading', { level: 1 }, patience);
  await vi.waitFor(() => expect(usages).toBeGreaterThan(0));
  await settled();
  const before = usages;
  const changed = { conversationId: 'c1', queryId: 'q1', running: false, prompt: 'Hello' };
  const text = `event: conversation_changed\ndata: ${JSON.stringify(changed)}\n\n`;
  current()?.enqueue(new TextEncoder().encode(text));
  await vi.waitFor(() => expect(usages).toBe(before + 1));
  current()?.close();
  await vi.waitFor(() => expect(usages).toBe(before + 2), patience);
  end();
  // What got no answer here is not asked for again.
  app.store.dispatch({ type: 'connection_lost', atMs: 0 });
});
