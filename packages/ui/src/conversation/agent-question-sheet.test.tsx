// @vitest-environment happy-dom
import type { AgentQuestion } from '@postern/contract';
import { act, cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { useState } from 'react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Question, WrittenAnswers } from '../state/thread.ts';
import { AgentQuestionSheet } from './agent-question-sheet.tsx';
import type { AnswerInWords } from './query-actions.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const one: AgentQuestion = {
  id: 'q1',
  text: 'Which format?',
  header: 'Format',
  options: [
    { label: 'Markdown', description: 'Readable', preview: '**bold** words' },
    { label: 'CSV\u202E', description: '' },
  ],
  multiple: false,
  ownWords: 'text',
  required: false,
};
const several: AgentQuestion = { ...one, id: 'q2', text: 'Which columns?', multiple: true };

async function shown(more: Partial<Extract<Question, { type: 'words' }>> = {}) {
  const given: AnswerInWords[] = [];
  draw(given, more);
  await settle();
  return given;
}

function draw(given: AnswerInWords[], more: Partial<Extract<Question, { type: 'words' }>> = {}) {
  function Kept() {
    const [written, setWritten] = useState<WrittenAnswers>({});
    return (
      <AgentQuestionSheet
        question={{
          ...{ type: 'words', requestId: 'r1', from: { type: 'agent' }, message: null, url: null },
          ...{ questions: [one, several], written, answering: false, failure: null },
          ...more,
        }}
        onAnswer={(answer) => given.push(answer)}
        onWrite={setWritten}
      />
    );
  }
  render(<Kept />);
}

const settle = () =>
  act(async () => {
    await vi.advanceTimersByTimeAsync(1_000);
  });
const enter = (name: string | RegExp, more = {}) =>
  fireEvent.keyDown(screen.getByRole('textbox', { name }), { key: 'Enter', ...more });

const press = (name: string | RegExp) => fireEvent.click(screen.getByRole('button', { name }));
const write = (name: string | RegExp, value: string) =>
  fireEvent.change(screen.getByRole('textbox', { name }), { target: { value } });

it('gives each question what was chosen and written for it', async () => {
  const given = await shown();
  press('Answer');
  expect(given).toEqual([]);
  const [format, columns] = screen.getAllByRole('group');
  fireEvent.click(screen.getByRole('radio', { name: /Markdown/ }));
  expect(format?.textContent).toContain('bold words');
  for (const box of screen.getAllByRole('checkbox', { name: /Markdown|CSV/ })) fireEvent.click(box);
  write('Another answer to: Which columns?', 'The sum');
  expect(columns?.textContent).toContain('⟨U+202E⟩');
  press('Answer');
  expect(given).toEqual([
    {
      requestId: 'r1',
      answers: {
        q1: { chosen: ['Markdown'], text: '' },
        q2: { chosen: ['Markdown', 'CSV\u202E'], text: 'The sum' },
      },
    },
  ]);
});

it('takes other words instead of an option where one answer is wanted, and an option again', async () => {
  const given = await shown({ questions: [one] });
  fireEvent.click(screen.getByRole('radio', { name: /Markdown/ }));
  write(/Another answer/, 'TSV');
  expect(screen.getByRole('radio', { name: 'Other' })).toHaveProperty('checked', true);
  fireEvent.keyDown(screen.getByRole('textbox'), { key: 'Enter' });
  fireEvent.click(screen.getByRole('radio', { name: /CSV/ }));
  press('Answer');
  expect(given.map(({ answers }) => answers?.['q1'])).toEqual([
    { chosen: [], text: 'TSV' },
    { chosen: ['CSV\u202E'], text: '' },
  ]);
});

it('keeps the chosen option when the keyboard passes the line for other words', async () => {
  const given = await shown({ questions: [one] });
  write(/Another answer/, 'TSV');
  fireEvent.click(screen.getByRole('radio', { name: /Markdown/ }));
  fireEvent.focus(screen.getByRole('textbox'));
  press('Answer');
  expect(given[0]?.answers).toEqual({ q1: { chosen: ['Markdown'], text: '' } });
});

it('sends with Enter once everything is answered, and never for an input method', async () => {
  const given = await shown();
  write('Another answer to: Which format?', 'TSV');
  enter('Another answer to: Which format?');
  expect(given).toEqual([]);
  write('Another answer to: Which columns?', 'The sum');
  enter('Another answer to: Which columns?', { keyCode: 229 });
  expect(given).toEqual([]);
  enter('Another answer to: Which columns?');
  expect(given).toHaveLength(1);
});

it('shows the preview of each option that is chosen', async () => {
  const csv = { label: 'CSV', description: '', preview: 'a,b' };
  await shown({ questions: [{ ...several, options: [...one.options.slice(0, 1), csv] }] });
  for (const box of screen.getAllByRole('checkbox', { name: /Markdown|CSV/ })) fireEvent.click(box);
  expect(screen.getByRole('region', { name: 'Preview of CSV' }).textContent).toBe('a,b');
  expect(screen.getByRole('region', { name: 'Preview of Markdown' }).textContent).toContain('bold');
});

const server = { type: 'mcp_server' as const, name: 'calendar' };

it.each([
  ['agent', { from: { type: 'agent' as const } }, 'One question is left out: the agent decides it.'],
  ['server', { from: server }, 'One question is left out.'],
])('says what becomes of a question of the %s that is left out', async (_who, more, words) => {
  await shown(more);
  fireEvent.click(screen.getByRole('radio', { name: /Markdown/ }));
  screen.getByText(words);
});

it.each([
  ['options only', { ownWords: 'none' as const }, 'Choose an answer.'],
  ['words only', { options: [] }, 'Enter an answer.'],
  ['both', {}, 'Choose an answer, or write your own.'],
])('says how to answer what takes %s', async (_what, more, words) => {
  await shown({ questions: [{ ...one, ...more }] });
  screen.getByText(words);
});

it('can be skipped, and takes nothing in its first moment', async () => {
  const given: AnswerInWords[] = [];
  draw(given);
  press('Skip');
  expect(given).toEqual([]);
  await settle();
  press('Skip');
  expect(given).toEqual([{ requestId: 'r1', answers: null }]);
});

it('names the server that asks, and waits for the number it wants', async () => {
  const people = { ...one, options: [], ownWords: 'integer' as const, required: true };
  const given = await shown({ from: server, message: 'Two things.', questions: [people] });
  expect(screen.getByRole('heading').textContent).toBe('The MCP server calendar asks for information');
  write('Which format?', 'six');
  press('Answer');
  expect(given).toEqual([]);
  const field = screen.getByRole('textbox');
  expect(field.getAttribute('aria-invalid')).toBe('true');
  expect(document.getElementById(field.getAttribute('aria-describedby') ?? '')?.textContent).toBe(
    'Enter a whole number for “Format”.',
  );
  write('Which format?', '6');
  press('Answer');
  expect(given).toEqual([{ requestId: 'r1', answers: { q1: { chosen: [], text: '6' } } }]);
});

it('shows whose page a server wants opened, and opens nothing itself', async () => {
  const given = await shown({ from: server, url: 'https://calendar.example/connect', questions: [] });
  expect(screen.queryByRole('link')).toBeNull();
  press(/calendar\.example/);
  expect(screen.getByRole('dialog', { hidden: true }).textContent).toContain('calendar.example');
  press('Decline');
  expect(given).toEqual([{ requestId: 'r1', answers: null }]);
});
