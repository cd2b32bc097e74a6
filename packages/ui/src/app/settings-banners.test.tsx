// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, expect, it } from 'vitest';
import { settingsWith } from '../../test/support/sample-facts.ts';
import { SettingsBanners } from './settings-banners.tsx';

afterEach(cleanup);

function draw(to: object): { readonly done: unknown[]; readonly text: string } {
  const done: unknown[] = [];
  render(
    <SettingsBanners
      settings={{ ...settingsWith({}), ...to }}
      onReview={(at) => done.push(at)}
      onChange={(change) => done.push(change)}
    />,
  );
  return { done, text: document.body.textContent ?? '' };
}

it.each([
  [{ narrowed: 3, dropped: 2 }, '3 answers now hold only inside the folder; 2 are asked again.'],
  [{ narrowed: 1, dropped: 0 }, '1 answer now holds only inside the folder.'],
  [{ narrowed: 0, dropped: 1 }, '1 answer is asked again.'],
])('says what became of remembered answers: %j', (narrowedRules, words) => {
  const { done, text } = draw({ narrowedRules });
  expect(text).toContain(words);
  fireEvent.click(screen.getByRole('button', { name: 'Review' }));
  fireEvent.click(screen.getByRole('button', { name: 'Got it' }));
  expect(done).toEqual(['agent', { narrowedRules: null }]);
});

it('names the settings that could not be read, and what counts meanwhile', () => {
  const { text } = draw({ unreadable: ['permissionMode', 'new'] });
  expect(text).toContain(
    'when the agent must ask, new. Postern uses the strictest choice until you set it again.',
  );
});

it.each([{}, { narrowedRules: null, unreadable: [] }, { unreadable: 'all' }])('says nothing for %j', (to) => {
  expect(draw(to).text).toBe('');
});

it.each([
  ['fallback', 'paying'],
  ['permissionMode', 'agent'],
  ['theme', 'window'],
  ['new', 'accounts'],
])('leads to where %s is set', (setting, at) => {
  const { done } = draw({ unreadable: [setting] });
  fireEvent.click(screen.getByRole('button', { name: 'Open Settings' }));
  expect(done).toEqual([at]);
});
