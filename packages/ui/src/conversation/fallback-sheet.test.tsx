// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FallbackSheet } from './fallback-sheet.tsx';
import type { Answer } from './query-actions.ts';

const expiresAt = new Date(Date.now() + 240_000).toISOString();
beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

it('asks about another payer with the reason, who would pay, and the cap', () => {
  const oauth = { id: 'oauth:default', kind: 'oauth', payer: 'Your plan' } as const;
  const apiKey = { id: 'api_key:default', kind: 'api_key', payer: 'Your API key’s organization' } as const;
  const given: Answer[] = [];
  render(
    <FallbackSheet
      question={{
        type: 'fallback',
        requestId: 'f1',
        from: oauth,
        to: apiKey,
        reason: 'plan_limit_reached',
        payer: apiKey.payer,
        capUsd: 5,
        expiresAt,
        answering: false,
        failure: null,
      }}
      onAnswer={(each) => given.push(each)}
    />,
  );
  const text = screen.getByRole('region', { name: /^Go on with/ }).textContent ?? '';
  expect(text).toContain('The plan’s usage limit is reached');
  expect(text).toContain('your API key’s organization, up to $5.00 a day');
  const yes = screen.getByRole('button', { name: 'Allow until midnight' });
  // A click in the first moment may be meant for what was there before.
  expect(yes.getAttribute('aria-disabled')).toBe('true');
  fireEvent.click(yes);
  expect(given).toEqual([]);
  act(() => vi.advanceTimersByTime(600));
  fireEvent.click(yes);
  expect(given).toEqual([{ requestId: 'f1', decision: 'allow', remember: true }]);
});
