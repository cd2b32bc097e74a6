import { expect, it } from 'vitest';
import { capAmount } from './cap-amount.ts';

it.each([
  ['', null],
  [' ', null],
  ['0', 0],
  ['5', 5],
  [' $5 ', 5],
  ['$ 4.50', 4.5],
  ['.5', 0.5],
  ['4,50', 4.5],
  ['4,5', 4.5],
  ['1000', 1_000],
  ['1,000', 1_000],
  ['1,000.50', 1_000.5],
  ['100,000', 100_000],
  ['0.005', 0.005],
  ['100,001', undefined],
  ['1,000,000', undefined],
  ['1.000', undefined],
  ['1.000,50', undefined],
  ['1,0000', undefined],
  ['10,00,000', undefined],
  [',5', undefined],
  ['1e3', undefined],
  ['0x10', undefined],
  ['-1', undefined],
  ['five', undefined],
  ['.', undefined],
  ['1 000', undefined],
])('reads a cap typed as “%s” as %s', (typed, amount) => {
  expect(capAmount(typed)).toBe(amount);
});
