// @vitest-environment happy-dom
import type { ConversationSummary } from '@postern/contract';
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/preact';
import { afterEach, expect, it } from 'vitest';
import { failureOfCode } from '../format/index.ts';
import { type History, noHistory } from '../state/history.ts';
import { ConversationList } from './conversation-list.tsx';

afterEach(cleanup);

/** The list, and what was searched for in it. */
function show(history: Partial<History>, failing: boolean = false): string[] {
  const searched: string[] = [];
  const answer = async (...said: string[]) => {
    searched.push(said.join(' '));
    return failing ? failureOfCode('conversation_busy') : null;
  };
  render(
    <ConversationList
      history={{ ...noHistory, ...history }}
      shownId={null}
      running={new Set()}
      waiting={new Set()}
      asking={new Set()}
      nowMs={0}
      hrefOf={() => '#'}
      onNew={() => undefined}
      onSearch={(text) => searched.push(text)}
      onMore={() => undefined}
      onRename={(id, title) => answer('rename', id, title)}
      onDelete={(id) => answer('delete', id)}
    />,
  );
  return searched;
}

it('says that it could not be read, and reads again what was searched for', () => {
  const searched = show({ search: 'carry', failure: failureOfCode('internal_error') });
  expect(screen.getByText(failureOfCode('internal_error').title)).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(searched).toEqual(['carry']);
});

it('leaves it to the line above where the window is not connected, and does not call the list empty', () => {
  show({ failure: failureOfCode('unauthorized') });
  const { textContent } = screen.getByRole('region', { name: 'Conversations' });
  expect(textContent).toBe('New conversation');
});

it('tells an empty list from a search that found nothing', () => {
  show({});
  expect(screen.getByText('Your conversations will be listed here.')).toBeTruthy();
  cleanup();
  show({ search: 'carry' });
  expect(screen.getByText('Nothing found.')).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull();
});

it('takes no longer search than is answered: what is pasted is searched for as far as that goes', () => {
  show({});
  expect(screen.getByRole<HTMLInputElement>('searchbox').maxLength).toBe(200);
});

const found: ConversationSummary = {
  id: 'c1',
  title: 'Plans',
  workspace: null,
  updatedAt: '1970-01-01T00:00:00.000Z',
  snippet: 'We go to Bern in May',
  marks: [{ start: 9, end: 13 }],
};

it('shows what was found with the words marked, and says while not all can be found', () => {
  show({ search: 'bern', items: [found], reading: true });
  expect(document.querySelector('.conversation-snippet')?.innerHTML).toBe(
    'We go to <mark>Bern</mark> in May',
  );
  expect(screen.getByText('Older conversations are still being read.')).toBeTruthy();
});

it('begins a long piece shortly before the first word that was found', () => {
  const snippet = `${'far before it '.repeat(6)}we go to Bern in May`;
  const start = snippet.indexOf('Bern');
  show({ search: 'bern', items: [{ ...found, snippet, marks: [{ start, end: start + 4 }] }] });
  expect(document.querySelector('.conversation-snippet')?.textContent).toBe(
    '…far before it we go to Bern in May',
  );
});

it('leaves out the marks of Markdown around what was found', () => {
  const snippet = '## Where to We go to **Bern** with `npm` in C# 2*3';
  const start = snippet.indexOf('Bern');
  show({ search: 'bern', items: [{ ...found, snippet, marks: [{ start, end: start + 4 }] }] });
  expect(document.querySelector('.conversation-snippet')?.textContent).toBe(
    'Where to We go to Bern with npm in C# 2*3',
  );
});

it('begins in the title, which what is typed replaces', () => {
  show({ items: [found] });
  fireEvent.click(screen.getByRole('button', { name: 'Rename or delete “Plans”' }));
  const field = screen.getByLabelText<HTMLInputElement>('Title');
  expect(document.activeElement).toBe(field);
  expect([field.selectionStart, field.selectionEnd]).toEqual([0, 'Plans'.length]);
});

it('renames, and deletes only when that was said twice', async () => {
  const asked = show({ items: [found] });
  const open = () => fireEvent.click(screen.getByRole('button', { name: 'Rename or delete “Plans”' }));
  open();
  fireEvent.change(screen.getByRole('textbox', { name: 'Title' }), { target: { value: 'Journey' } });
  fireEvent.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(screen.queryByRole('textbox', { name: 'Title' })).toBeNull());
  open();
  fireEvent.click(screen.getByRole('button', { name: 'Delete…' }));
  expect(asked).toEqual(['rename c1 Journey']);
  fireEvent.click(screen.getByRole('button', { name: 'Delete' }));
  await waitFor(() => expect(asked).toEqual(['rename c1 Journey', 'delete c1']));
});

it('says why a conversation could not be deleted, and stays', async () => {
  show({ items: [found] }, true);
  fireEvent.click(screen.getByRole('button', { name: 'Rename or delete “Plans”' }));
  fireEvent.click(screen.getByRole('button', { name: 'Delete…' }));
  fireEvent.click(screen.getByRole('button', { name: 'Delete' }));
  expect(await screen.findByText(failureOfCode('conversation_busy').title)).toBeTruthy();
});

it('gives a title whole to a pointer, as the list cuts it off', () => {
  const title = 'Summarize the changes of the carriage since it was drawn last';
  show({ items: [{ ...found, title }] });
  expect(screen.getByText(title).getAttribute('title')).toBe(title);
});
