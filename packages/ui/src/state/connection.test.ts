import { expect, it } from 'vitest';
import { type Connection, type ConnectionAction, reduceConnection } from './connection.ts';

const states: readonly Connection[] = [
  { state: 'starting' },
  { state: 'connected' },
  { state: 'reconnecting', sinceMs: 1, eventsOpen: false },
  { state: 'unauthorized' },
];
const actions: readonly ConnectionAction[] = [
  { type: 'session_started' },
  { type: 'connection_opened' },
  { type: 'connection_lost', atMs: 2 },
  { type: 'fact_unanswered', atMs: 2 },
  { type: 'facts_answered' },
  { type: 'connection_refused' },
];
const table: Readonly<Record<ConnectionAction['type'], readonly Connection['state'][]>> = {
  // from: starting, connected, reconnecting, unauthorized
  session_started: ['starting', 'starting', 'starting', 'starting'],
  connection_opened: ['connected', 'connected', 'connected', 'unauthorized'],
  connection_lost: ['reconnecting', 'reconnecting', 'reconnecting', 'unauthorized'],
  fact_unanswered: ['reconnecting', 'reconnecting', 'reconnecting', 'unauthorized'],
  facts_answered: ['starting', 'connected', 'reconnecting', 'unauthorized'],
  connection_refused: ['unauthorized', 'unauthorized', 'unauthorized', 'unauthorized'],
};

for (const action of actions)
  states.forEach((from, index) => {
    const to = table[action.type][index];
    it(`${from.state} + ${action.type} → ${to}`, () => {
      expect(reduceConnection(from, action).state).toBe(to);
    });
  });

it('remembers since when it is away', () => {
  const lost = reduceConnection({ state: 'connected' }, { type: 'connection_lost', atMs: 5 });
  expect(reduceConnection(lost, { type: 'connection_lost', atMs: 9 })).toEqual({
    ...{ state: 'reconnecting', sinceMs: 5, eventsOpen: false },
  });
});

it('is connected again once the routes answer, unless its events were lost meanwhile', () => {
  const unanswered = reduceConnection({ state: 'connected' }, { type: 'fact_unanswered', atMs: 5 });
  expect(unanswered.state).toBe('reconnecting');
  expect(reduceConnection(unanswered, { type: 'facts_answered' })).toEqual({ state: 'connected' });
  const lost = reduceConnection(unanswered, { type: 'connection_lost', atMs: 9 });
  expect(reduceConnection(lost, { type: 'facts_answered' })).toEqual({
    ...{ state: 'reconnecting', sinceMs: 5, eventsOpen: false },
  });
});
