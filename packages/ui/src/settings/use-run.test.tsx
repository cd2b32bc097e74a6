// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, expect, it } from 'vitest';
import { settled } from '../../test/support/act-now.ts';
import { useRun } from './use-run.ts';

afterEach(cleanup);

/** A dialog that removes something, and closes when that is done. */
function Removal({ work, onDone }: { readonly work: Promise<void>; readonly onDone: () => void }) {
  const run = useRun();
  return (
    <button type="button" onClick={() => run.start(() => work, onDone)}>
      Remove
    </button>
  );
}

function draw() {
  const { promise, resolve } = Promise.withResolvers<void>();
  const done: string[] = [];
  const { unmount } = render(<Removal work={promise} onDone={() => void done.push('closed')} />);
  fireEvent.click(screen.getByRole('button', { name: 'Remove' }));
  return { done, resolve, unmount };
}

it('closes the dialog that asked, once it is done', async () => {
  const { done, resolve } = draw();
  await settled();
  expect(done).toEqual([]);
  resolve();
  await settled();
  expect(done).toEqual(['closed']);
});

it('closes none that was opened after it: what it was about was gone, and its dialog with it', async () => {
  const { done, resolve, unmount } = draw();
  unmount();
  resolve();
  await settled();
  expect(done).toEqual([]);
});
