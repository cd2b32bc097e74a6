// @vitest-environment happy-dom
import type { AgentQuestion } from '@postern/contract';
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Question } from '../state/thread.ts';
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
  render(
    <AgentQuestionSheet
      question={{
        type: 'words',
        requestId: 'r1',
        from: { type: 'agent' },
        message: null,
        url: null,
        questions: [one, several],
        answering: false,
        failure: null,
        ...more,
      }}
      onAnswer={(answer) => given.push(answer)}
    />,
  );
  await act(async () => {
    await vi.advanceTimersByTimeAsync(1_000);
  });
  return given;
}

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

it('can be skipped, and takes nothing in its first moment', async () => {
  const given = await shown();
  press('Skip');
  expect(given).toEqual([{ requestId: 'r1', answers: null }]);
});

it('names the server that asks, and waits for the number it wants', async () => {
  const people = { ...one, options: [], ownWords: 'integer' as const, required: true };
  const from = { type: 'mcp_server' as const, name: 'calendar' };
  const given = await shown({ from, message: 'Two things.', questions: [people] });
  expect(screen.getByRole('heading').textContent).toBe('The MCP server calendar asks for information');
  write('Which format?', 'six');
  press('Answer');
  expect(given).toEqual([]);
  write('Which format?', '6');
  press('Answer');
  expect(given).toEqual([{ requestId: 'r1', answers: { q1: { chosen: [], text: '6' } } }]);
});

it('shows whose page a server wants opened, and opens nothing itself', async () => {
  const from = { type: 'mcp_server' as const, name: 'calendar' };
  const given = await shown({ from, url: 'https://calendar.example/connect', questions: [] });
  expect(screen.queryByRole('link')).toBeNull();
  press(/calendar\.example/);
  expect(screen.getByRole('dialog', { hidden: true }).textContent).toContain('calendar.example');
  press('Decline');
  expect(given).toEqual([{ requestId: 'r1', answers: null }]);
});
