import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createUnkept } from './unkept.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('what the database did not take is written again until it is taken, in its order, and said once', () => {
  const lines: string[] = [];
  const written: string[] = [];
  let isBusy = true;
  const unkept = createUnkept((line) => lines.push(line));
  const write = (name: string) => (): void => {
    if (isBusy) throw new Error('busy');
    written.push(name);
  };
  unkept.keep('the first', write('first'), new Error('busy'));
  unkept.keep('the second', write('second'), new Error('busy'));
  vi.advanceTimersByTime(5_000);
  expect(written).toEqual([]);
  expect(lines).toEqual(['the first is not kept yet: Error', 'the second is not kept yet: Error']);

  isBusy = false;
  unkept.keep('the third', write('third'), new Error('busy'));
  vi.advanceTimersByTime(10_000);
  expect(written).toEqual(['first', 'second', 'third']);
});
