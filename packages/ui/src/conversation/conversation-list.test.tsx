// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { failureOfCode } from '../format/index.ts';
import { type History, noHistory } from '../state/history.ts';
import { ConversationList } from './conversation-list.tsx';

afterEach(cleanup);

/** The list, and what was searched for in it. */
function show(history: Partial<History>): string[] {
  const searched: string[] = [];
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
    />,
  );
  return searched;
}

it('says that it could not be read, and reads again what was searched for', () => {
  const searched = show({ search: 'carry', failure: failureOfCode('internal_error') });
  expect(screen.getByText(failureOfCode('internal_error').title)).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Read them again' }));
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
  expect(screen.queryByRole('button', { name: 'Read them again' })).toBeNull();
});
