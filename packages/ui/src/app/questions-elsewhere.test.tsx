// @vitest-environment happy-dom
import { cleanup, render, screen } from '@testing-library/preact';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { actNow } from '../../test/support/act-now.ts';
import { openApp } from '../../test/support/open-app.tsx';
import { noThreads, reduceThreads, type ThreadAction } from '../state/threads.ts';
import { laterParts } from './later-parts.ts';
import { QuestionsElsewhere } from './questions-elsewhere.tsx';

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

it('are named with the way to them, wherever one is, and stand in the title', () => {
  const app = openApp('#/ask');
  const { dispatch, getState } = app.store;
  const { shown: key } = getState().threads;
  const credential = { id: 'api_key:default', kind: 'api_key', payer: 'Your key' } as const;
  const noticed = () => screen.getByRole('status', { name: 'Notices' }).textContent;
  actNow(() => {
    dispatch({ type: 'query_asked', key, request: { prompt: 'Tidy up' } });
    dispatch({ type: 'route_changed', route: { place: 'ask', conversationId: null } });
    dispatch({ type: 'thread_begun' });
  });
  expect([noticed(), document.title]).toEqual(['', 'Postern']);
  actNow(() =>
    dispatch({
      ...{ type: 'query_events', key },
      events: [
        { event: 'started', data: { queryId: 'q1', conversationId: 'c1', credential } },
        {
          event: 'permission_request',
          data: { requestId: 'p1', toolName: 'Bash', input: { command: 'ls' }, expiresAt: null },
        },
      ],
    }),
  );
  expect(noticed()).toContain('A question is waiting in “Tidy up”');
  expect(document.title).toBe('Question · Postern');
  const link = screen.getByRole('link', { name: 'Go to the question' });
  expect(link.getAttribute('href')).toBe('#/ask/c1');

  actNow(() => dispatch({ type: 'thread_shown', conversationId: 'c1' }));
  expect(noticed()).toBe('');
  actNow(() => dispatch({ type: 'route_changed', route: { place: 'usage' } }));
  expect(noticed()).toContain('A question is waiting in “Tidy up”');
  actNow(() => dispatch({ type: 'question_gone', key, requestId: 'p1' }));
  expect([noticed(), document.title]).toEqual(['', 'Answering · Postern']);
});

it('are one notice, however many conversations have one', () => {
  const asks = (key: string): readonly ThreadAction[] => [
    { type: 'query_asked', key, request: { prompt: `Prompt of ${key}` } },
    {
      ...{ type: 'query_events', key },
      events: [
        {
          event: 'permission_request',
          data: { requestId: key, toolName: 'Bash', input: { command: 'ls' }, expiresAt: null },
        },
      ],
    },
    { type: 'thread_begun' },
  ];
  const two = ['t0', 't1'].flatMap(asks).reduce(reduceThreads, noThreads);
  const { container, rerender } = render(<QuestionsElsewhere threads={two} inSight="t2" />);
  const link = 'Go to the question';
  expect(container.textContent).toBe(
    `A question is waiting in “Prompt of t0”1 more conversation has a question.${link}`,
  );
  rerender(<QuestionsElsewhere threads={two} inSight="t0" />);
  expect(container.textContent).toBe(`A question is waiting in “Prompt of t1”${link}`);
});
