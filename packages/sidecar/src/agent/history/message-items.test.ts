import { expect, it } from 'vitest';
import { itemsOfMessage } from './message-items.ts';

const said = (content: string) =>
  itemsOfMessage('user', { role: 'user', content }, null).map((item) => item.type === 'user' && item.text);
/** As the program 2.1.332 writes it down. */
const compact = (toKeep: string) =>
  `<command-name>/compact</command-name>\n            <command-message>compact</command-message>\n            <command-args>${toKeep}</command-args>`;

it('shows a command as it was typed, and none of the program’s notes on it', () => {
  expect(said(compact(''))).toEqual(['/compact']);
  expect(said(compact('the colors'))).toEqual(['/compact the colors']);
  expect(said('<local-command-stdout>Compacted </local-command-stdout>')).toEqual([]);
});

it('shows what only looks like such a note, or quotes one', () => {
  for (const text of [
    '<local-command-stdout>Compacted what?',
    `What is ${compact('')}?`,
    '<local-command-stdout>Another</local-command-stdout>',
  ])
    expect(said(text)).toEqual([text]);
});
