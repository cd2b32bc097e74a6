// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, expect, it } from 'vitest';
import type { QueuedMessage } from '../state/queued-message.ts';
import { QueuedMessageNote } from './queued-message-note.tsx';

afterEach(cleanup);

const queued: QueuedMessage = {
  ...{ prompt: 'And then the tests', workspace: null, model: null, files: ['/a', '/b'] },
  ...{ mayBeCommand: false, isHeld: false },
};

function draw(message: QueuedMessage | null) {
  const done: string[] = [];
  render(
    <QueuedMessageNote
      queued={message}
      onSend={() => done.push('send')}
      onEdit={({ prompt }) => done.push(`edit ${prompt}`)}
      onRemove={() => done.push('remove')}
    />,
  );
  return done;
}

const buttons = () => screen.queryAllByRole('button').map(({ textContent }) => textContent);

it('says what will be sent and when, and gives it back', () => {
  const done = draw(queued);
  expect(screen.getByRole('status', { name: 'Queued message' }).textContent).toBe(
    'Sends when this answer finishes',
  );
  expect(screen.getByText('“And then the tests” with 2 files')).toBeTruthy();
  expect(buttons()).toEqual(['Edit', 'Remove']);
  for (const name of ['Edit', 'Remove']) fireEvent.click(screen.getByRole('button', { name }));
  expect(done).toEqual(['edit And then the tests', 'remove']);
});

it('offers to send one that was held', () => {
  const done = draw({ ...queued, isHeld: true });
  fireEvent.click(screen.getByRole('button', { name: 'Send now' }));
  expect(done).toEqual(['send']);
});

it('is silent where nothing is queued', () => {
  draw(null);
  expect(screen.getByRole('status', { name: 'Queued message' }).textContent).toBe('');
  expect(buttons()).toEqual([]);
});
