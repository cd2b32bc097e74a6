// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, expect, it } from 'vitest';
import { QuietSelect } from './quiet-select.tsx';

afterEach(cleanup);

const options = [
  { value: 'ask', label: 'Ask first' },
  { value: 'plan', label: 'Plan only' },
] as const;

function draw(value: 'ask' | 'plan' | null) {
  const chosen: string[] = [];
  render(
    <QuietSelect
      {...{ label: 'Mode', icon: 'lock', value, options, onChange: (each) => chosen.push(each) }}
    />,
  );
  return chosen;
}

it('shows what is chosen, and says what is chosen instead', () => {
  const chosen = draw('ask');
  const select = screen.getByRole<HTMLSelectElement>('combobox', { name: 'Mode' });
  expect(select.selectedOptions[0]?.textContent).toBe('Ask first');
  select.value = 'plan';
  fireEvent(select, new Event('change', { bubbles: true }));
  expect(chosen).toEqual(['plan']);
});

it('keeps its place and takes no key until its value is known', () => {
  draw(null);
  expect(screen.queryByRole('combobox', { name: 'Mode' })).toBeNull();
  expect(document.querySelector('select')).not.toBeNull();
});
