import type { QueryEvent } from '@postern/contract';
import { expect, it } from 'vitest';
import { createParagraphs } from './paragraphs.ts';

const said = (text: string): QueryEvent => ({ event: 'assistant_text', data: { text } });
const tool: QueryEvent = { event: 'tool_use', data: { toolUseId: 't', name: 'Read', input: {} } };

it.each<readonly [string, readonly QueryEvent[], string]>([
  ['joins the pieces of one message', [said('I '), said('look.')], 'I look.'],
  [
    'sets apart what follows a tool',
    [said('I look.'), tool, tool, said('It '), said('is.')],
    'I look.\n\nIt is.',
  ],
  [
    'adds to the line ends that are there',
    [said('I look.\n'), tool, said('So.\n\n'), tool, said('Yes.')],
    'I look.\n\nSo.\n\nYes.',
  ],
  ['begins with no empty line', [tool, said(''), tool, said('It is.')], 'It is.'],
])('%s', (_what, events, text) => {
  const paragraphs = createParagraphs();
  expect(events.map((event) => paragraphs.next(event)).join('')).toBe(text);
});
