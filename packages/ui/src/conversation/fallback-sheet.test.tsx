// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { actNow } from '../../test/support/act-now.ts';
import { sentences } from '../help/index.ts';
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
        spend: null,
        expiresAt,
        answering: false,
        failure: null,
      }}
      onAnswer={(each) => given.push(each)}
    />,
  );
  const text = screen.getByRole('region', { name: /^Use the/ }).textContent ?? '';
  expect(text).toContain('The plan’s usage limit is reached');
  // What holds a request cannot wait for hours: it says so where it applies.
  expect(text).toContain(sentences.fallbackHeld);
  expect(text).toContain('Answer within');
  expect(text).toContain('your API key’s organization, up to $5.00 a day');
  const yes = screen.getByRole('button', { name: 'Allow until midnight' });
  // A click in the first moment may be meant for what was there before.
  expect(yes.getAttribute('aria-disabled')).toBe('true');
  fireEvent.click(yes);
  expect(given).toEqual([]);
  actNow(() => vi.advanceTimersByTime(600));
  fireEvent.click(yes);
  expect(given).toEqual([{ requestId: 'f1', decision: 'allow', remember: true }]);
});

it('asks about a cap with what is spent, what the next call may cost, and who would pay', () => {
  const apiKey = { id: 'api_key:default', kind: 'api_key', payer: 'Your API key’s organization' } as const;
  const given: Answer[] = [];
  render(
    <FallbackSheet
      question={{
        ...{ type: 'fallback', requestId: 'f2', from: apiKey, to: apiKey, payer: apiKey.payer, expiresAt },
        ...{ reason: 'spend_cap_reached', capUsd: 5, answering: false, failure: null },
        spend: {
          ...{ scope: 'month', capUsd: 5, spentUsd: 4.2, reservedUsd: 0.5, thisCallAtMostUsd: 1.3 },
          unknownModel: 'claude-next',
        },
      }}
      onAnswer={(each) => given.push(each)}
    />,
  );
  const text = screen.getByRole('region', { name: 'Go over the cap for this month?' }).textContent ?? '';
  expect(text).toContain('may cost up to $1.30. The cap for this month is $5.00: $4.20 is spent');
  expect(text).toContain('up to $0.50 is under way or was never reported');
  expect(text).toContain('claude-next is not known here');
  actNow(() => vi.advanceTimersByTime(600));
  fireEvent.click(screen.getByRole('button', { name: 'Allow for this turn' }));
  expect(given).toEqual([{ requestId: 'f2', decision: 'allow', remember: false }]);
});
