import { expect, it } from 'vitest';
import { capDollars, dollars, dollarsAtMost, dollarsTo } from './money-in-words.ts';

it.each([
  [5, '$5.00'],
  [0, '$0.00'],
  [0.1, '$0.10'],
  [0.001, '$0.001'],
  [2.505, '$2.505'],
  [0.0000001, '$0.0000001'],
  [100_000, '$100,000.00'],
])('shows a cap of %d as it was chosen', (usd, text) => {
  expect(capDollars(usd)).toBe(text);
});

it.each([
  [0, '$0.00'],
  [1e-10, '$0.00'],
  [0.0004, '$0.0004'],
  [0.00001, '$0.0001'],
  [0.01101, '$0.0111'],
  [0.111, '$0.12'],
  [0.75, '$0.75'],
])('never shows less than the %d that it may cost', (usd, text) => {
  expect(dollarsAtMost(usd)).toBe(text);
});

it.each([
  [0.0123, '$0.0123'],
  [0.111, '$0.11'],
  [12.5, '$12.50'],
  [0, '$0.00'],
  [1_234_567.891, '$1,234,567.89'],
  [-0.02, '-$0.0200'],
])('shows what cost %d', (usd, text) => {
  expect(dollars(usd)).toBe(text);
});

it('leaves out the point with no decimals', () => {
  expect(dollarsTo(1500, 0)).toBe('$1,500');
});
