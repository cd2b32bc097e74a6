// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen, within } from '@testing-library/preact';
import { afterEach, expect, it } from 'vitest';
import { settingsWith } from '../../test/support/sample-facts.ts';
import { withChoice } from '../state/optimistic-settings.ts';
import { RememberedAnswers } from './remembered-answers.tsx';

afterEach(cleanup);

const remembered = {
  '/home/ada/engine': ['Write(/home/ada/engine/**)', 'Bash(echo \u202Egnp.exe)', 'Nonsense'],
  '/srv': ['WebFetch(domain:example.com)'],
};

it('lists what is remembered whole and in words, by folder, with hidden characters marked', () => {
  render(
    <RememberedAnswers nameOf={(workspace) => workspace} alwaysAllow={remembered} onChange={() => {}} />,
  );
  const engine = screen.getByRole('region', { name: 'Always allowed in /home/ada/engine' });
  expect(engine.textContent).toContain('write files in /home/ada/engine and the folders below it');
  expect(engine.textContent).toContain('run exactly this command: echo ⟨U+202E⟩gnp.exe');
  expect(engine.textContent).toContain('Nonsense (not recognized, so it allows nothing)');
  expect(screen.getByRole('region', { name: 'Always allowed in /srv' }).textContent).toContain(
    'fetch pages from example.com',
  );
});

it('takes one back, says so, and keeps the focus near', () => {
  const changes: unknown[] = [];
  const list = (alwaysAllow: typeof remembered) => (
    <RememberedAnswers
      nameOf={(workspace) => workspace}
      alwaysAllow={alwaysAllow}
      onChange={(change) => changes.push(change)}
    />
  );
  const { rerender } = render(list(remembered));
  const engine = screen.getByRole('region', { name: 'Always allowed in /home/ada/engine' });
  const [, second] = within(engine).getAllByRole('button', { name: 'Remove' });
  if (second === undefined) throw new Error('There is no second line.');
  fireEvent.click(second);
  expect(changes).toEqual([
    { forgetRule: { workspace: '/home/ada/engine', rule: 'Bash(echo \u202Egnp.exe)' } },
  ]);
  expect(screen.getByRole('status').textContent).toBe('');
  rerender(list({ ...remembered, '/home/ada/engine': ['Nonsense'] }));
  expect(screen.getByRole('status').textContent).toContain('Postern asks again');
  expect(document.activeElement?.textContent).toContain('Always allowed');
});

it('says what an empty list means', () => {
  render(
    <RememberedAnswers nameOf={(workspace) => workspace} alwaysAllow={{ '/a': [] }} onChange={() => {}} />,
  );
  expect(document.body.textContent).toContain('Nothing yet.');
});

it('shows what is taken back as gone at once, and touches nothing else', () => {
  const settings = settingsWith({ alwaysAllow: remembered });
  const choice = { forgetRule: { workspace: '/srv', rule: 'WebFetch(domain:example.com)' } };
  expect(withChoice(settings, choice)).toEqual({ ...settings, alwaysAllow: { ...remembered, '/srv': [] } });
});
