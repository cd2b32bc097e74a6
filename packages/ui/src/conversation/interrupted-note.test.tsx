// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, expect, it, vi } from 'vitest';
import { InterruptedNote } from './interrupted-note.tsx';

afterEach(cleanup);

it('sends what was asked whole, once it is told to, and says who pays', () => {
  const prompt = 'Correct the Bernoulli function. '.repeat(20);
  const onContinue = vi.fn();
  const onDismiss = vi.fn();
  render(
    <InterruptedNote
      prompt={prompt}
      payer="Your sign-in’s plan"
      onContinue={onContinue}
      onDismiss={onDismiss}
    />,
  );
  expect(screen.getByText(/^Nothing continues automatically.*Paid by your sign-in’s plan\.$/)).toBeTruthy();
  expect(onContinue).not.toHaveBeenCalled();
  fireEvent.click(screen.getByRole('button', { name: 'Continue' }));
  expect(onContinue.mock.calls).toEqual([[prompt]]);
  expect(onDismiss).not.toHaveBeenCalled();
  fireEvent.click(screen.getByRole('button', { name: 'Dismiss' }));
  expect(onDismiss).toHaveBeenCalledOnce();
});

it('is not there where nothing was interrupted', () => {
  render(
    <InterruptedNote prompt={null} payer={null} onContinue={() => undefined} onDismiss={() => undefined} />,
  );
  expect(screen.queryByRole('button')).toBeNull();
});
