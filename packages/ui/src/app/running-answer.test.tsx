// @vitest-environment happy-dom
import { cleanup, screen } from '@testing-library/preact';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { actNow } from '../../test/support/act-now.ts';
import { openApp } from '../../test/support/open-app.tsx';
import { credential } from '../../test/support/sample-facts.ts';
import { laterParts } from './later-parts.ts';

let looks = 0;

// None of them is to arrive after the test that asked for it.
beforeAll(async () => {
  for (const load of Object.values(laterParts)) await load();
});
beforeEach(() => {
  sessionStorage.clear();
  looks = 0;
  vi.stubGlobal('fetch', async (to: unknown) => {
    if (new URL(String(to)).pathname === '/workspace') looks += 1;
    throw new TypeError('There is no Postern here.');
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it('is said to be paid by who pays for it, and its folder is looked at as it begins and ends', async () => {
  const app = openApp('#/ask');
  const { dispatch, getState } = app.store;
  const { shown } = getState().threads;
  const key = credential('api_key', { payer: 'Your API key’s organization' });
  const line = () => screen.getByRole('status', { name: 'Readiness' }).textContent;
  actNow(() => dispatch({ type: 'facts_loaded', facts: { credentials: [credential('oauth'), key] } }));
  expect(line()).toBe('Ready · paid by your sign-in’s plan');
  actNow(() => dispatch({ type: 'query_asked', key: shown, request: { prompt: 'Hi', workspace: '/w' } }));
  await vi.waitFor(() => expect(looks).toBe(1));
  const data = { queryId: 'q1', conversationId: 'c1', credential: key };
  actNow(() => dispatch({ type: 'query_events', key: shown, events: [{ event: 'started', data }] }));
  expect(line()).toBe('Answering · paid by your API key’s organization');
  await vi.waitFor(() => expect(looks).toBe(2));
  actNow(() => dispatch({ type: 'query_stopped', key: shown }));
  expect(line()).toBe('Ready · paid by your sign-in’s plan');
  await vi.waitFor(() => expect(looks).toBe(3));
});
