import type { Conversation, ConversationItem, Receipt } from '@postern/contract';
import { expect, it } from 'vitest';
import { applyEvent } from './apply-event.ts';
import type { Thread } from './thread.ts';
import { newThread } from './thread.ts';
import { caughtUp, withPage } from './thread-pages.ts';

const queryId = (at: number): string => `0000000${at}-0000-4000-8000-000000000000`;
const promptId = (at: number): string => `0000000${at}-0000-8000-9000-000000000000`;
const user = (at: number): ConversationItem => ({
  ...{ type: 'user', text: `Question ${at}`, at: null, promptId: promptId(at) },
});
const answer = (at: number): ConversationItem => ({ type: 'assistant_text', text: `Answer ${at}` });
const receipt = (at: number): Receipt => ({
  ...{ id: `r${at}`, at: '2026-12-01T10:00:00.000Z', queryId: queryId(at), conversationId: 'c', model: null },
  ...{ outcome: 'completed', costUsd: at, durationMs: 1_000, parts: [] },
  usage: { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 },
});
const page = (
  items: readonly ConversationItem[],
  receipts: readonly Receipt[],
  next: string | null,
): Conversation => ({
  ...{ id: 'c', title: 'Title', workspace: null, next },
  items: [...items],
  receipts: [...receipts],
});
const seen = ({ items }: Thread): readonly string[] =>
  items.map((item) => ('text' in item ? item.text : item.type === 'receipt' ? item.receiptId : item.type));

it('shows each receipt at the end of its turn, also where the turn began on an older page', () => {
  const newest = page([answer(1), user(2), answer(2)], [receipt(2)], 'older');
  const older = page([user(0), answer(0), user(1)], [receipt(0), receipt(1)], null);
  const first = withPage(newThread('t', 'c'), newest);
  expect(seen(first)).toEqual(['Answer 1', 'Question 2', 'Answer 2', 'r2']);
  const all = [
    'Question 0',
    'Answer 0',
    'r0',
    'Question 1',
    'Answer 1',
    'r1',
    'Question 2',
    'Answer 2',
    'r2',
  ];
  expect(seen(withPage(first, older))).toEqual(all);
});

it('keeps the receipts in their places where an older page changes a list of tasks', () => {
  const task: ConversationItem = {
    type: 'tool_use',
    toolUseId: 'u',
    name: 'TaskCreate',
    input: { subject: 'One' },
  };
  const first = withPage(
    newThread('t', 'c'),
    page([user(1), task, answer(1), user(2)], [receipt(1), receipt(2)], 'o'),
  );
  const both = withPage(first, page([user(0), answer(0)], [receipt(0)], null));
  expect(seen(both)).toEqual([
    ...['Question 0', 'Answer 0', 'r0', 'Question 1', 'tasks', 'Answer 1', 'r1', 'Question 2', 'r2'],
  ]);
});

it('shows a receipt once, and none of a turn that is not here', () => {
  const first = withPage(newThread('t', 'c'), page([user(1), answer(1)], [receipt(1), receipt(7)], null));
  expect(seen(first)).toEqual(['Question 1', 'Answer 1', 'r1']);
  const newest = page([user(1), answer(1), user(2), answer(2)], [receipt(1), receipt(2)], null);
  const later = caughtUp(first, newest);
  expect(seen(later)).toEqual(['Question 1', 'Answer 1', 'r1', 'Question 2', 'Answer 2', 'r2']);
  expect(caughtUp(later, newest)).toBe(later);
});

it('stands behind all texts of its prompt', () => {
  const more: ConversationItem = { type: 'user', text: 'More of it', at: null };
  expect(seen(withPage(newThread('t', 'c'), page([user(1), more, answer(1)], [receipt(1)], null)))).toEqual([
    ...['Question 1', 'More of it', 'Answer 1', 'r1'],
  ]);
});

it('comes with the end of a turn that was stopped, once', () => {
  const before = withPage(newThread('t', 'c'), page([user(1)], [], null));
  const data = { code: 'query_cancelled', title: 'Stopped', detail: '', retryable: false };
  const stopped = applyEvent(before, {
    event: 'error',
    data: { ...data, receipt: { ...receipt(1), notReportedUsd: 2 } },
  });
  expect(seen(stopped)).toEqual(['Question 1', 'stopped', 'r1']);
  expect(stopped.items.at(-1)).toMatchObject({ costUsd: 1, notReportedUsd: 2 });
  expect(seen(caughtUp(stopped, page([user(1)], [receipt(1)], null)))).toEqual([
    'Question 1',
    'stopped',
    'r1',
  ]);
});
