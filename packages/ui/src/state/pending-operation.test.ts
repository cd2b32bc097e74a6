import { expect, it } from 'vitest';
import { failureOfCode } from '../format/index.ts';
import { noWork, reduceWork } from './pending-operation.ts';

it('tells what is under way, how it ended, and nothing once that was read', () => {
  const failure = failureOfCode('refresh_unavailable');
  const started = reduceWork(noWork, { type: 'work_started', place: 'sign_in', doing: 'refreshing' });
  expect(started).toMatchObject({ doing: 'refreshing', place: 'sign_in' });
  expect(reduceWork(started, { type: 'work_failed', failure })).toMatchObject({ doing: null, failure });
  expect(reduceWork(started, { type: 'work_done', outcome: 'Done.' })).toMatchObject({
    doing: null,
    outcome: 'Done.',
  });
  expect(reduceWork(started, { type: 'work_noted' })).toEqual(noWork);
});
