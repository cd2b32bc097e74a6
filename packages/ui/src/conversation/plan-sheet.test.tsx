// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, expect, it, vi } from 'vitest';
import { PlanSheet } from './plan-sheet.tsx';
import type { Answer } from './query-actions.ts';

afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A sheet whose end is in view or is not. */
async function shown(plan: string | null, isEndInView: boolean) {
  vi.useFakeTimers();
  vi.stubGlobal(
    'IntersectionObserver',
    class {
      readonly #seen: (entries: readonly { isIntersecting: boolean }[]) => void;
      constructor(seen: (entries: readonly { isIntersecting: boolean }[]) => void) {
        this.#seen = seen;
      }
      observe() {
        this.#seen([{ isIntersecting: isEndInView }]);
      }
      disconnect() {}
    },
  );
  const given: Answer[] = [];
  render(
    <PlanSheet
      question={{ type: 'plan', requestId: 'p1', plan, answering: false, failure: null }}
      onAnswer={(answer) => given.push(answer)}
    />,
  );
  await act(async () => {
    await vi.advanceTimersByTimeAsync(1_000);
  });
  return given;
}

const press = (name: string) => fireEvent.click(screen.getByRole('button', { name }));

it('shows the plan as it was written, and takes a yes once its end was seen', async () => {
  const given = await shown('## Steps\n\n1. Read', true);
  expect(screen.getByRole('heading', { name: 'Steps' })).toBeDefined();
  press('Go ahead');
  expect(given).toEqual([{ requestId: 'p1', decision: 'allow', remember: false }]);
});

it('takes no yes to what is still out of view', async () => {
  const given = await shown('A long plan', false);
  press('Go ahead');
  expect(given).toEqual([]);
  press('Keep planning');
  expect(given).toEqual([{ requestId: 'p1', decision: 'deny', remember: false }]);
});

it('says where there is no plan', async () => {
  await shown(null, true);
  expect(screen.getByText('It wrote no plan')).toBeDefined();
});
