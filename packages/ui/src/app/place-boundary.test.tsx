// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { Suspense } from 'react';
import { afterEach, expect, it, vi } from 'vitest';
import { laterPart } from '../controls/index.ts';
import { PlaceBoundary } from './place-boundary.tsx';

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

it('reads a part anew on "Try again", where its script could not be read before', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const load = vi.fn(async () => {
    if (load.mock.calls.length < 3) throw new TypeError('Failed to fetch dynamically imported module');
    return ({ of }: { readonly of: string }) => <p>{`Spend of ${of}`}</p>;
  });
  const Part = laterPart(load);
  render(
    <PlaceBoundary what="page">
      <Suspense>
        <Part of="today" />
      </Suspense>
    </PlaceBoundary>,
  );
  fireEvent.click(await screen.findByRole('button', { name: 'Try again' }));
  await vi.waitFor(() => expect(load).toHaveBeenCalledTimes(2));
  fireEvent.click(await screen.findByRole('button', { name: 'Try again' }));
  await screen.findByText('Spend of today');
  expect(load).toHaveBeenCalledTimes(3);
});

it('reads a part once for all the places that draw it', async () => {
  const load = vi.fn(async () => () => <p>drawn</p>);
  const Part = laterPart(load);
  const place = (
    <Suspense>
      <Part />
      <Part />
    </Suspense>
  );
  const { unmount } = render(place);
  expect(await screen.findAllByText('drawn')).toHaveLength(2);
  unmount();
  render(place);
  await screen.findAllByText('drawn');
  expect(load).toHaveBeenCalledTimes(1);
});
