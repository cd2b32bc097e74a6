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

it('shows the files of a prompt with it, by their paths where it has them', () => {
  const text = (words: string) => ({ type: 'text', text: words });
  const shown = (...content: readonly object[]) => itemsOfMessage('user', { role: 'user', content }, null);
  const [image, pdf] = [{ type: 'image' }, { type: 'document', source: { type: 'base64' } }];
  const look = { type: 'user', text: 'Look', at: null };

  const named = ['/w/a.PNG', '/w/b.pdf', '/w/c.csv'].map((path) => text(`Attached file: ${path}`));
  const [first = image, second = image, third = image] = named;
  const attachments = [
    { type: 'image', path: '/w/a.PNG' },
    { type: 'pdf', path: '/w/b.pdf' },
    { type: 'file', path: '/w/c.csv' },
  ];
  expect(shown(text('Look'), first, image, second, pdf, third)).toEqual([{ ...look, attachments }]);
  const command = text(compact('it'));
  expect(shown(first, image, command)).toEqual([
    { ...look, text: '/compact it', attachments: attachments.slice(0, 1) },
  ]);
  // Before they were named, and by another program.
  expect(shown(text('Look'), third, image, pdf)).toEqual([
    { ...look, attachments: [attachments[2], { type: 'image', path: null }, { type: 'pdf', path: null }] },
  ]);
  expect(shown(text('Look'), text('here'))).toEqual([look, { ...look, text: 'here' }]);
  // The program cannot read it.
  const unreadable = text('[Image could not be processed: unknown format]');
  expect(shown(text('Look'), first, unreadable, third)).toEqual([
    { ...look, attachments: [attachments[0], attachments[2]] },
  ]);
  expect(shown(text('Look'), unreadable)).toHaveLength(2);
  // What the user typed is what the user typed.
  expect(shown({ ...first }, first, unreadable)).toEqual([
    { ...look, text: 'Attached file: /w/a.PNG', attachments: attachments.slice(0, 1) },
  ]);
  expect(shown(text('Look'), text('Attached file: what?'))).toHaveLength(2);
  expect(shown(first)).toEqual([{ ...look, text: 'Attached file: /w/a.PNG' }]);
  expect(shown(first, third)).toEqual([
    { ...look, text: 'Attached file: /w/a.PNG', attachments: attachments.slice(2) },
  ]);
  const result = { type: 'tool_result', tool_use_id: 't1', content: 'x' };
  expect(shown(result, image).map(({ type }) => type)).toEqual(['tool_result']);
});

it('shows what only looks like such a note, or quotes one', () => {
  for (const text of [
    '<local-command-stdout>Compacted what?',
    `What is ${compact('')}?`,
    '<local-command-stdout>Another</local-command-stdout>',
  ])
    expect(said(text)).toEqual([text]);
});
