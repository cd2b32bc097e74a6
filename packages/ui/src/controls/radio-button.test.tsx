// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { useState } from 'react';
import { afterEach, expect, it } from 'vitest';
import { settled } from '../../test/support/act-now.ts';
import { Segmented } from './segmented.tsx';

afterEach(cleanup);

const options = ['on', 'off', 'never'].map((value) => ({ value, label: value }));

/** A choice of which only some can be made. */
function Asked({ possible }: { readonly possible: readonly string[] }) {
  const [value, setValue] = useState('off');
  const want = async (wanted: string) => setValue(possible.includes(wanted) ? wanted : value);
  return (
    <Segmented legend="Notices" value={value} options={options} onChange={(wanted) => void want(wanted)} />
  );
}

async function press(label: string): Promise<readonly string[]> {
  fireEvent.click(screen.getByLabelText(label));
  await settled();
  return screen
    .getAllByRole<HTMLInputElement>('radio')
    .flatMap(({ checked, value }) => (checked ? [value] : []));
}

it('shows what is set, whether a press changed it or not', async () => {
  render(<Asked possible={['off', 'never']} />);
  expect(await press('on')).toEqual(['off']);
  expect(await press('on')).toEqual(['off']);
  expect(await press('never')).toEqual(['never']);
  expect(await press('off')).toEqual(['off']);
});
