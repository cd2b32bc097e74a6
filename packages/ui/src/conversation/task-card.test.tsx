// @vitest-environment happy-dom
import { cleanup, render, screen } from '@testing-library/preact';
import { afterEach, expect, it } from 'vitest';
import { TaskCard } from './task-card.tsx';

afterEach(cleanup);

it.each([
  ['while its query runs', true, 'Under way', 'Reading'],
  ['after its query', false, 'Not finished', 'Read'],
])('says of a task that was begun how it stands %s', (_when, running, state, words) => {
  const task = {
    toolUseId: null,
    id: '1',
    subject: 'Read',
    doing: 'Reading',
    status: 'in_progress',
  } as const;
  render(<TaskCard tasks={[task]} running={running} />);
  expect(screen.getByRole('img', { name: state }).parentElement?.textContent).toBe(words);
});
