// @vitest-environment happy-dom
import type { Rewind } from '@postern/contract';
import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, expect, it } from 'vitest';
import { failureOfCode } from '../format/index.ts';
import { type UndoAnswer, UndoDialog } from './undo-dialog.tsx';

afterEach(cleanup);

const would: Rewind = {
  files: [
    { path: 'a.txt', changedSince: false },
    { path: 'b.txt', changedSince: true },
  ],
  ...{ insertions: 1, deletions: 2, state: 'seen', skipped: [] },
};

/** What was asked of the sidecar, in order. */
function show(seen: UndoAnswer, done: UndoAnswer = { rewind: would }): string[] {
  const asked: string[] = [];
  render(
    <UndoDialog
      onLook={async () => {
        asked.push('look');
        return seen;
      }}
      onUndo={async (state) => {
        asked.push(state);
        return done;
      }}
      onClose={() => asked.push('close')}
    />,
  );
  return asked;
}

it('shows the files before anything is undone, and undoes what was shown', async () => {
  const asked = show({ rewind: would });
  expect(screen.getByRole('status').textContent).toBe('Looking at the files…');
  expect(await screen.findByText('a.txt')).toBeTruthy();
  expect(screen.getAllByText(/that is lost too/)).toHaveLength(1);
  expect(screen.getByText(/^1 line restored, 2 lines removed/)).toBeTruthy();
  expect(asked).toEqual(['look']);
  fireEvent.click(screen.getByRole('button', { name: 'Undo changes' }));
  expect((await screen.findByRole('status')).textContent).toBe('2 files are as before this message.');
  expect(asked).toEqual(['look', 'seen']);
});

it('offers nothing to do where nothing is to be undone', async () => {
  show({ rewind: { ...would, files: [] } });
  expect(await screen.findByText('The files are as they were before this message.')).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Undo changes' })).toBeNull();
});

it('names what could not be restored', async () => {
  show({ rewind: would }, { rewind: { ...would, files: [], skipped: ['a.txt'] } });
  fireEvent.click(await screen.findByRole('button', { name: 'Undo changes' }));
  expect(await screen.findByText('Not everything was undone')).toBeTruthy();
  expect(screen.getByText('a.txt')).toBeTruthy();
});

it.each([
  ['files_changed', 'Look again'],
  ['checkpoint_not_found', null],
  ['checkpoints_off', null],
  ['rewind_outside_workspace', null],
] as const)('says %s in words, and offers what helps', async (code, action) => {
  const asked = show({ rewind: would }, { failure: failureOfCode(code) });
  fireEvent.click(await screen.findByRole('button', { name: 'Undo changes' }));
  expect(await screen.findByText(failureOfCode(code).title)).toBeTruthy();
  if (action === null) expect(screen.queryByRole('button', { name: /again/ })).toBeNull();
  else {
    fireEvent.click(screen.getByRole('button', { name: action }));
    expect(await screen.findByText('a.txt')).toBeTruthy();
    expect(asked).toEqual(['look', 'seen', 'look']);
  }
});
