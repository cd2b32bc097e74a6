import { expect, it } from 'vitest';
import { failureOfCode } from '../format/index.ts';
import { noWorkAnywhere, reduceWork, type WorkAction } from './pending-operation.ts';

const failure = failureOfCode('refresh_unavailable');
const after = (...actions: readonly Parameters<typeof reduceWork>[1][]) =>
  actions.reduce(reduceWork, noWorkAnywhere);
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

it('forgets what it told of the sign-in before once there is a new one', () => {
  const signedIn = { type: 'sign_in_succeeded', attempt: 2, account: null, renewal: 'automatic' } as const;
  const signedOut: WorkAction = { type: 'work_done', place, outcome: 'Signed out.' };
  expect(after(started, signedOut, signedIn)).toEqual(noWorkAnywhere);
  expect(after(started, { type: 'work_failed', place, failure }, signedIn)).toEqual(noWorkAnywhere);
  expect(after(started, signedIn).sign_in.doing).toBe('refreshing');
});
