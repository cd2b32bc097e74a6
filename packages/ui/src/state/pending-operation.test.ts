import { expect, it } from 'vitest';
import { failureOfCode } from '../format/index.ts';
import { noWorkAnywhere, reduceWork, type WorkAction } from './pending-operation.ts';

const failure = failureOfCode('refresh_unavailable');
const after = (...actions: readonly WorkAction[]) => actions.reduce(reduceWork, noWorkAnywhere);
const place = 'sign_in';
const started: WorkAction = { type: 'work_started', place, doing: 'refreshing' };

it('tells what is under way, how it ended, and nothing once that was read', () => {
  expect(after(started).sign_in.doing).toBe('refreshing');
  expect(after(started, { type: 'work_failed', place, failure }).sign_in).toMatchObject({
    ...{ doing: null, failure },
  });
  expect(after(started, { type: 'work_done', place, outcome: 'Done.' }).sign_in).toMatchObject({
    ...{ doing: null, outcome: 'Done.' },
  });
  expect(after(started, { type: 'work_noted', place })).toEqual(noWorkAnywhere);
});

it('keeps what is under way in one place apart from what ends in another', () => {
  const saved: readonly WorkAction[] = [
    { type: 'work_started', place: 'preferences', doing: 'saving' },
    { type: 'work_done', place: 'preferences', outcome: null },
  ];
  expect(after(started, ...saved).sign_in.doing).toBe('refreshing');
  expect(after(started, ...saved, { type: 'work_failed', place, failure })).toMatchObject({
    sign_in: { doing: null, failure },
    preferences: { failure: null },
  });
});
