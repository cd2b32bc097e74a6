// @vitest-environment happy-dom
import type { QueryEvent } from '@postern/contract';
import { cleanup, render, screen } from '@testing-library/preact';
import { afterEach, expect, it } from 'vitest';
import { actNow } from '../../test/support/act-now.ts';
import { failureOfCode } from '../format/index.ts';
import { noThreads, reduceThreads, type ThreadAction } from '../state/threads.ts';
import { Announcer } from './announcer.tsx';

afterEach(cleanup);

/** Gives what is announced after an action. */
function announced(inSight = true) {
  let threads = noThreads;
  const { rerender } = render(<Announcer threads={threads} inSight={inSight} />);
  return (action: ThreadAction) => {
    threads = reduceThreads(threads, action);
    actNow(() => rerender(<Announcer threads={threads} inSight={inSight} />));
    return screen.getByRole('status', { name: 'Announcements' }).textContent;
  };
}

const key = noThreads.shown;
const asked: ThreadAction = { type: 'query_asked', key, request: { prompt: 'Hi' } };
const heard = (event: QueryEvent): ThreadAction => ({ type: 'query_events', key, events: [event] });
const usage = { inputTokens: 1, outputTokens: 2, cacheReadTokens: 0, cacheWriteTokens: 0 };
const ended = heard({
  event: 'result',
  data: { stopReason: 'end_turn', usage, costUsd: 0, receiptId: 'r1', durationMs: 1 },
});
const question = (requestId: string): ThreadAction =>
  heard({
    event: 'permission_request',
    data: { requestId, toolName: 'Write', input: {}, expiresAt: '2026-11-24T12:00:00Z' },
  });

it('says of each of two answers that it is complete', () => {
  const say = announced();
  const complete = 'The answer is complete.';
  expect([asked, ended, asked, ended].map(say)).toEqual(['', complete, '', complete]);
});

it('says of each of two questions that it waits', () => {
  const say = announced();
  const needed = 'Postern needs an answer from you.';
  const answered: ThreadAction = { type: 'question_gone', key, requestId: 'p1' };
  expect([asked, question('p1'), answered, question('p2')].map(say)).toEqual(['', needed, '', needed]);
});

it('says nothing of a question that the notices name, since its conversation is out of sight', () => {
  const say = announced(false);
  expect([asked, question('p1'), ended].map(say)).toEqual(['', '', 'The answer is complete.']);
});

it('says that an answer was stopped, and of one that failed why', () => {
  const say = announced();
  expect([asked, { type: 'query_stopped', key } as const].map(say)).toEqual(['', 'Stopped.']);
  const failure = failureOfCode('internal_error');
  expect([asked, { type: 'query_failed', key, failure } as const].map(say)).toEqual([
    '',
    `${failure.title}.`,
  ]);
});

it('says once that an answer waits for a reset, and until when', () => {
  const say = announced();
  const until = new Date(2026, 10, 24, 14, 20).toISOString();
  const waits = heard({ event: 'waiting', data: { until, window: 'five_hour' } });
  const stopped: ThreadAction = { type: 'query_stopped', key };
  const [before, said, after] = [asked, waits, stopped].map(say);
  expect(before).toBe('');
  expect(said).toMatch(/^The 5-hour window is used up\. Waiting until .*14:20, then it continues/);
  expect(after).toBe('Stopped.');
});
