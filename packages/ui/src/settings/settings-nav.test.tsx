// @vitest-environment happy-dom
import { cleanup, render, screen } from '@testing-library/preact';
import { afterEach, expect, it } from 'vitest';
import { parseRoute, settingsPlaces } from '../state/route.ts';
import { SettingsNav } from './settings-nav.tsx';

afterEach(cleanup);

it('leads to every place of Settings by an address of its own, and says which one is shown', () => {
  render(<SettingsNav at="paying" />);
  const links = screen.getAllByRole<HTMLAnchorElement>('link');
  expect(links.map(({ hash }) => parseRoute(hash))).toEqual(
    settingsPlaces.map((at) => ({ place: 'settings', at })),
  );
  expect(screen.getByRole('link', { current: 'page' }).textContent).toBe('Paying');
});

it('begins every place at its top, also in a browser whose scrolling gives a promise', () => {
  const main = Object.assign(document.createElement('main'), { id: 'main' });
  document.body.append(main);
  const scrolled: unknown[] = [];
  main.scrollTo = (...to: unknown[]) => Promise.resolve(scrolled.push(to)) as never;
  const { rerender } = render(<SettingsNav at="paying" />);
  rerender(<SettingsNav at="agent" />);
  expect(screen.getByRole('link', { current: 'page' }).textContent).toBe('Agent');
  expect(scrolled).toEqual([
    [0, 0],
    [0, 0],
  ]);
  main.remove();
});
